import { amount, decimal, offer, time, typedDecimal } from "./format";
import { comparedName, comparedText, priceOf } from "./compared";
import { levelText } from "./phase";
import type { Alias, Amounts, Best, Item, Row, Terms } from "./protocol";
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
  /** The viewer's own, to tell its turn. */
  own?: Alias | undefined;
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
      return tell(phaseStarted(item, around), "is-live");
    case "phase-skipped":
      return tell(words("news-phase-skipped", { phase: String(item.phase + 1) }));
    case "turn-started":
      return item.alias === around.own
        ? tell(words("news-turn-own", { time: at(item.closes_at) }), "is-live")
        : tell(words("news-turn-started", { alias: String(item.alias), time: at(item.closes_at) }));
    case "level-started":
      return tell(words("news-level-started", { level: levelText(item.level, terms, language), time: at(item.closes_at) }), "is-live");
    case "level-ended":
      return item.remaining === undefined
        ? tell(words("news-level-ended"))
        : tell(words("news-level-ended-with", { count: String(item.remaining) }));
    case "level-taken":
      return tell(words("news-level-taken"), "is-live");
    case "bid-withdrawn":
    case "left":
      return tell(words(`news-${item.news}`, { who: who(around, item) }), "is-extended");
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

function phaseStarted({ phase, closes_at }: { phase: number; closes_at: number }, { words, language, terms }: Around): string {
  const run = terms.phases[phase]?.run;
  const place = { phase: String(phase + 1), time: time(closes_at, language) };
  const isOnly = terms.phases.length === 1;
  if (run?.kind === "open" && run.random_tail_ms !== undefined) return words(isOnly ? "news-opened-random" : "news-phase-started-random", place);
  // Of turns and levels each one's end is told by itself.
  const inSteps = run?.kind === "turns" || run?.kind === "descending-clock" || run?.kind === "ascending-clock";
  if (inSteps) return words(isOnly ? "news-opened-steps" : "news-phase-steps", { ...place, kind: words(`kind-${run.kind}`) });
  if (isOnly) return words("news-opened", place);
  const started = words("news-phase-started", place);
  return run === undefined || run.kind === "open" ? started : `${words(`kind-title-${run.kind}`)}. ${started}`;
}

function attempted(item: Extract<Item, { news: "attempted" }>, around: Around): Told {
  const { words, language, terms } = around;
  const who_ = who(around, item.alias === undefined ? {} : { alias: item.alias });
  const values = typedOffer(item.values, terms, language) || words("sealed-value");
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

/** Values as somebody typed them, written alike: the text itself where it is no amount. A level that
 *  was accepted stands under a name of its own. */
export function typedOffer(values: Amounts, terms: Terms, language: Language): string {
  const level = values["level"];
  if (level !== undefined && terms.values.every(({ id }) => id !== "level")) return levelText(level, terms, language);
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

/** The best offer as far as it is shown: its values, its points, and by what it is compared. */
export function bestText(best: Best, { words, language, terms }: Around): string {
  const points = best.points === undefined ? undefined : words("points", { points: decimal(best.points, language) });
  const values = best.values && offer(best.values, terms.values, language);
  const compared =
    best.compared === undefined ? undefined : words("compared-as", { name: comparedName(terms, words), number: comparedText(best.compared, terms, language) });
  return [values, points, compared].filter((part) => part !== undefined && part !== "").join(" · ");
}

/** The gap to the best offer: points where points decide, else the number by which is compared. */
export function gapText(gap: string, { words, language, terms }: Around): string {
  if (terms.evaluation.by === "points") return words("points", { points: decimal(gap, language) });
  if (terms.evaluation.by === "net-present-value") return comparedText(gap, terms, language);
  return amount(gap, (priceOf(terms) ?? terms.values[0])?.unit ?? "", language);
}
