import type { AuctionPage } from "../auction-page";
import { priceOf } from "../compared";
import { amount } from "../format";
import type { Terms, Value } from "../protocol";
import type { Point } from "./series";

export type LineKind = "own" | "best" | "other";

/** One line of the chart, named at its end. */
export interface Line {
  kind: LineKind;
  name: string;
  points: readonly Point[];
}

/** Others that are named; the rest stays grey without a word, or names would cover each other. */
const NAMED_MAX = 5;

/** Lines in the order in which they are drawn, the own one on top. */
export function linesOf({ store, words }: AuctionPage): Line[] {
  const { best, own, byAlias } = store.offers;
  const ownAlias = store.own.value?.alias;
  const named = new Set((store.state.value?.rows ?? []).slice(0, NAMED_MAX).map(({ alias }) => alias));
  const lines: Line[] = [];
  for (const [alias, { points }] of byAlias) {
    if (alias === ownAlias) continue;
    lines.push({ kind: "other", name: named.has(alias) ? words("alias", { alias: String(alias) }) : "", points });
  }
  if (best.points.length > 0) lines.push({ kind: "best", name: words("line-best"), points: best.points });
  if (own.points.length > 0) lines.push({ kind: "own", name: words("line-own"), points: own.points });
  return lines;
}

/** A change of one line, for the table that says the same as the chart. */
export interface Change {
  at: number;
  name: string;
  values: string;
}

/** The latest changes of the lines, newest first. */
export function changesOf(lines: readonly Line[], value: Value, page: AuctionPage, most: number): Change[] {
  const changes = lines.flatMap(({ name, points }) =>
    points.flatMap(({ at, values }) => {
      const text = values?.[value.id];
      return text === undefined ? [] : [{ at, name, values: amount(text, value.unit, page.language) }];
    }),
  );
  return changes.sort((one, other) => other.at - one.at).slice(0, most);
}

/** "Najlepsza 118 450,00 zł, twoja 119 000,00 zł": the chart in one sentence. */
export function summary(lines: readonly Line[], value: Value, page: AuctionPage): string {
  const ends = lines.flatMap(({ kind, name, points }) => {
    const text = points[points.length - 1]?.values?.[value.id];
    return kind === "other" || text === undefined ? [] : [`${name} ${amount(text, value.unit, page.language)}`];
  });
  return [page.words("chart-of", { name: value.name[page.language] }), ...ends.reverse()].join(", ");
}

/** The value that was chosen, else the price, which stands for the offer. */
export function chartedValue(terms: Terms, chosen: string | undefined): Value | undefined {
  return terms.values.find(({ id }) => id === chosen) ?? priceOf(terms) ?? terms.values[0];
}
