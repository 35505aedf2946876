import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** A part of the page that is opened when it is wanted; its title says what is inside. */
export function FoldingPanel(props: { title: string; note?: string | undefined; open?: boolean; class?: string; children: ComponentChildren }) {
  const open = useSignal(props.open ?? false);
  const id = useId();
  return (
    <section class={`panel folding ${open.value ? "is-open" : ""} ${props.class ?? ""}`} aria-labelledby={`${id}-title`}>
      <h2 class="folding-head">
        <button
          type="button"
          id={`${id}-title`}
          aria-expanded={open.value}
          aria-controls={`${id}-inside`}
          onClick={() => {
            open.value = !open.value;
          }}
        >
          <span aria-hidden="true">{open.value ? "▾" : "▸"}</span> {props.title}
        </button>
        {props.note && <span class="note">{props.note}</span>}
      </h2>
      <div class="panel-scroll" id={`${id}-inside`} hidden={!open.value} tabIndex={0} role="group" aria-labelledby={`${id}-title`}>
        {open.value && props.children}
      </div>
    </section>
  );
}
