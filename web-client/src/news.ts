import { amount, decimal, offer, time, typedDecimal } from "./format";
import type { Amounts, Best, Item, Row, Terms } from "./protocol";
import type { Language, Words } from "./words";

export type Tone = "" | "is-accepted" | "is-refused" | "is-extended" | "is-live";

export interface Told {
  text: string;
  tone: Tone;
}

/** What a sentence about a piece of news needs to know around it. */
export interface Around {
  words: Words;
  language: Language;
  terms: Terms;
  rows: readonly Row[];
}

/** One item of the feed as a sentence. */
export function newsSentence(item: Item, around: Around): Told {
  const { words, language, terms } = around;
  const at = (moment: number) => time(moment, language);
  const tell = (text: string, tone: Tone = ""): Told => ({ text, tone });
  switch (item.news) {
    case "scheduled":
      return tell(words("news-scheduled", { time: at(item.opens_at) }));
    case "opening-missed":
    case "opening-failed":
      return tell(words(`news-${item.news}`), "is-refused");
    case "phase-started":
      return terms.phases.length > 1
        ? tell(words("news-phase-started", { phase: String(item.phase + 1), time: at(item.closes_at) }), "is-live")
        : tell(words("news-opened", { time: at(item.closes_at) }), "is-live");
    case "best-changed":
      return item.best
        ? tell(words("news-best-changed", { best: bestText(item.best, around) }))
        : tell(words("news-no-offers"));
    case "bid-accepted":
      return tell(words("news-bid-accepted", { alias: String(item.alias), values: offer(item.values, terms.values, language) }));
    case "attempted":
      return attempted(item, around);
    case "terms-accepted":
      return tell(words("news-terms-accepted", { who: who(around, { bidder: item.bidder }) }));
    case "extended":
      return tell(words("news-extended", { time: at(item.closes_at), count: String(item.extensions) }), "is-extended");
    case "asked":
      return tell(words("news-asked", { who: who(around, item), text: item.text }), "is-extended");
    case "answered":
      return tell(words("news-answered", { asked: item.asked, text: item.text }), "is-live");
    case "refused-outside":
      return tell(words("news-refused-outside", { who: who(around, item), counts: countsText(item.counts, words) }), "is-refused");
    case "connections-dropped":
      return tell(words("news-connections-dropped", { before: String(item.before), now: String(item.now) }), "is-refused");
    case "announced":
      return tell(words("news-announced", { text: item.text }), "is-live");
    case "paused":
      return typeof item.cause === "object"
        ? tell(words("news-paused", { reason: item.cause.officer }), "is-extended")
        : tell(words("news-paused-outage"), "is-extended");
    case "resume-announced":
      return tell(words("news-resume-announced", { time: at(item.resumes_at), close: at(item.closes_at) }), "is-extended");
    case "resumed":
      return tell(words("news-resumed", { time: at(item.closes_at) }), "is-live");
    case "interrupted":
      return tell(words("news-interrupted", { from: at(item.from), to: at(item.to) }), "is-extended");
    case "bid-annulled":
    case "bidder-excluded":
      return item.alias === undefined
        ? tell(words(`news-${item.news}`), "is-refused")
        : tell(words(`news-${item.news}-of`, { alias: String(item.alias) }), "is-refused");
    case "phase-ended":
      return tell(words("news-phase-ended", { phase: String(item.phase + 1) }));
    case "phase-scheduled":
      return tell(words("news-phase-scheduled", { phase: String(item.phase + 1), time: at(item.starts_at) }));
    case "closed":
    case "sealed":
      return tell(words(`news-${item.news}`), "is-live");
    case "cancelled":
      return tell(words("news-cancelled", { reason: item.reason }), "is-refused");
  }
}

function attempted(item: Extract<Item, { news: "attempted" }>, around: Around): Told {
  const { words, language, terms } = around;
  const who_ = who(around, item.alias === undefined ? {} : { alias: item.alias });
  const values = typedOffer(item.values, terms, language);
  const place = { who: who_, n: String(item.n), values };
  if (item.refusal === undefined) return { text: words("news-attempt-accepted", place), tone: "is-accepted" };
  const reason = words(`refusal-${item.refusal.name}`);
  return { text: words("news-attempt-refused", { ...place, reason }), tone: "is-refused" };
}

/** "za szybko: 40, niezrozumiały komunikat: 2". */
function countsText(counts: Readonly<Record<string, number>>, words: Words): string {
  return Object.entries(counts)
    .map(([name, count]) => `${words(`refusal-${name}`)}: ${count}`)
    .join(", ");
}

/** Values as somebody typed them, written alike: the text itself where it is no amount. */
export function typedOffer(values: Amounts, terms: Terms, language: Language): string {
  const read = terms.values.flatMap(({ id, decimals }) => {
    const text = values[id];
    return text === undefined ? [] : [[id, typedDecimal(text, decimals) ?? text]];
  });
  const known = offer(Object.fromEntries(read), terms.values, language);
  return known || Object.values(values).join(" · ");
}

/** "Wykonawca 2"; before the opening there are no aliases. */
export function who({ words, rows }: Around, of: { alias?: number; bidder?: string }): string {
  const alias = of.alias ?? rows.find(({ bidder }) => bidder !== undefined && bidder === of.bidder)?.alias;
  return alias === undefined ? words("somebody") : words("alias", { alias: String(alias) });
}

/** The best offer as far as it is shown: its values, its points, or both. */
export function bestText(best: Best, { words, language, terms }: Around): string {
  const points = best.points === undefined ? undefined : words("points", { points: decimal(best.points, language) });
  const values = best.values && offer(best.values, terms.values, language);
  return [values, points].filter((part) => part !== undefined && part !== "").join(" · ");
}

/** The gap to the best offer: points where points decide, else the unit of the only value. */
export function gapText(gap: string, { words, language, terms }: Around): string {
  if (terms.evaluation.by === "points") return words("points", { points: decimal(gap, language) });
  return amount(gap, terms.values[0]?.unit ?? "", language);
}
