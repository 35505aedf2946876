import { untracked, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useAuctionPage, useTerms } from "../auction-page";
import { decimal, time } from "../format";
import type { Value } from "../protocol";
import type { Words } from "../words";
import { columnTimes, heights } from "./columns";
import { changesOf, chartedValue, type Line, linesOf, summary } from "./lines";
import type { Plot } from "./plot";

const COLUMNS = 480;
/** A chart of less than this would show nothing but its edges. */
const SPAN_LEAST_MS = 60_000;
const TABLE_ROWS_MAX = 100;

/** Offers over time as a chart, or the same as a table; `only` draws one bidder alone. */
export function Chart({ only }: { only?: number }) {
  const page = useAuctionPage();
  const { store, words, language } = page;
  const terms = useTerms();
  const chosen = useSignal<string | undefined>(undefined);
  const asTable = useSignal(false);
  const value = chartedValue(terms, chosen.value);
  const isEmpty = store.offers.changes.value === 0;
  const lines = () => shownLines(linesOf(page), store.offers.byAlias.get(only ?? -1)?.points, only, words);
  if (value === undefined || isEmpty) return <p class="note">{words("chart-empty")}</p>;
  return (
    <div class="chart">
      <div class="chart-choices">
        {terms.values.length > 1 && (
          <select
            class="chart-value"
            aria-label={words("chart-value")}
            value={value.id}
            onChange={(event) => {
              chosen.value = event.currentTarget.value;
            }}
          >
            {terms.values.map(({ id, name }) => (
              <option key={id} value={id}>
                {name[language]}
              </option>
            ))}
          </select>
        )}
        <button
          type="button"
          class="link-button"
          aria-pressed={asTable.value}
          onClick={() => {
            asTable.value = !asTable.value;
          }}
        >
          {words("chart-as-table")}
        </button>
      </div>
      {asTable.value ? <ChangesTable lines={lines()} value={value} /> : <Canvas lines={lines} value={value} key={value.id} />}
    </div>
  );
}

function shownLines(lines: Line[], points: Line["points"] | undefined, only: number | undefined, words: Words): Line[] {
  if (only === undefined) return lines;
  const best = lines.filter(({ kind }) => kind === "best");
  return [...best, { kind: "own", name: words("alias", { alias: String(only) }), points: points ?? [] }];
}

/** The drawing comes as a file of its own once the page is live; until then its place stays free. */
function Canvas({ lines, value }: { lines: () => Line[]; value: Value }) {
  const page = useAuctionPage();
  const { store, words, language, now } = page;
  const place = useRef<HTMLDivElement>(null);
  const plot = useSignal<Plot | undefined>(undefined);
  const label = useSignal(words("chart-title"));

  useEffect(() => {
    let isGone = false;
    void import("./plot").then(({ Plot }) => {
      if (isGone || place.current === null) return;
      plot.value = new Plot(place.current, {
        timeText: (seconds) => time(seconds * 1_000, language),
        valueText: (height) => decimal(height.toFixed(Number.isInteger(height) ? 0 : 2), language),
      });
    });
    const resized = new ResizeObserver(() => plot.peek()?.fit());
    if (place.current) resized.observe(place.current);
    return () => {
      isGone = true;
      resized.disconnect();
      plot.peek()?.destroy();
    };
  }, []);

  // Drawn again each second, and not with every message.
  useSignalEffect(() => {
    const ready = plot.value;
    const until = now.value;
    if (ready === undefined || until === undefined) return;
    const shown = untracked(lines);
    const moments = shown.flatMap(({ points }) => points.map(({ at }) => at));
    const end = store.state.peek()?.closed_at ?? Math.max(until, ...moments.slice(-1));
    const start = Math.min(end - SPAN_LEAST_MS, ...shown.flatMap(({ points }) => points[0]?.at ?? []));
    const times = columnTimes(start, end, COLUMNS);
    label.value = summary(shown, value, page);
    ready.draw({
      times: times.map((at) => at / 1_000),
      lines: shown.map(({ kind, name, points }) => ({ kind, name, heights: heights(points, value.id, times) })),
    });
  });
  return <div class="chart-place" ref={place} role="img" aria-label={label.value} />;
}

/** What the chart shows, for those who do not see it. */
function ChangesTable({ lines, value }: { lines: Line[]; value: Value }) {
  const page = useAuctionPage();
  const { words, language } = page;
  const named = lines.filter(({ name }) => name !== "");
  return (
    <div class="table-scroll chart-table" tabIndex={0} role="group" aria-label={words("chart-title")}>
      <table class="table table-dense">
        <thead>
          <tr>
            <th scope="col">{words("column-time")}</th>
            <th scope="col">{words("column-line")}</th>
            <th scope="col" class="is-number">
              {value.name[language]}
            </th>
          </tr>
        </thead>
        <tbody>
          {changesOf(named, value, page, TABLE_ROWS_MAX).map(({ at, name, values }) => (
            <tr key={`${at} ${name}`}>
              <td>{time(at, language)}</td>
              <th scope="row">{name}</th>
              <td class="is-number">{values}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
