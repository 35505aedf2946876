import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** A titled part of the page. A part that scrolls takes the focus, so that keys can scroll it. */
export function Panel(props: {
  title: string;
  class?: string;
  scrolls?: boolean;
  /** Beside the title. */
  aside?: ComponentChildren;
  children: ComponentChildren;
}) {
  const id = useId();
  return (
    <section class={`panel ${props.class ?? ""}`} aria-labelledby={id}>
      <div class="panel-head">
        <h2 id={id}>{props.title}</h2>
        {props.aside}
      </div>
      {props.scrolls ? (
        <div class="panel-scroll" tabIndex={0} role="group" aria-labelledby={id}>
          {props.children}
        </div>
      ) : (
        props.children
      )}
    </section>
  );
}
