const PATHS = {
  check: "M6.2 11.6 2.8 8.2l-1.3 1.3 4.7 4.7L14.5 5l-1.3-1.3z",
  cross: "M12.7 2 8 6.7 3.3 2 2 3.3 6.7 8 2 12.7 3.3 14 8 9.3l4.7 4.7 1.3-1.3L9.3 8 14 3.3z",
  clock: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1m0 1.8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 8 2.8m-.9 1.7v4l3 1.9.9-1.4-2.2-1.4V4.5z",
  play: "M4 2.5v11l9-5.5z",
  pause: "M4 3h3v10H4zm5 0h3v10H9z",
  up: "M8 2 2.5 8.5h3.7V14h3.6V8.5h3.7z",
  down: "M8 14 13.5 7.5H9.8V2H6.2v5.5H2.5z",
  arrow: "M7.1 2v8.3L4.3 7.5 3 8.8l5 5 5-5-1.3-1.3-2.8 2.8V2z",
};

export type IconName = keyof typeof PATHS;

/** A small sign beside a word, never instead of one. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
