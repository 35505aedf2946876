import { amount, decimal, duration } from "./format";
import type { BothLanguages, Refusal, RefusalName, Value } from "./protocol";
import type { Language, Words } from "./words";

/** What a sentence about a refusal needs to know around it. */
interface Around {
  words: Words;
  language: Language;
  values: readonly Value[];
}

/** What a sealed value was refused for, by its code: in the log nothing more may stand. */
const SEALED_REASON: Readonly<Record<number, RefusalName>> = {
  301: "not-an-improvement",
  302: "below-minimum-step",
  303: "off-the-tick",
  304: "equal-to-own",
  305: "needs-confirmation",
  306: "above-hard-limit",
  307: "malformed-amount",
  308: "too-many-decimals",
  311: "out-of-range",
  312: "unknown-criterion",
  317: "sum-differs",
};

/** Why something was refused: the server's own sentence, or, where amounts stand in it, ours, so that
 *  they look as on the rest of the page. */
export function refusalSentence(refusal: Refusal | undefined, sentence: BothLanguages | undefined, around: Around): string | undefined {
  return (refusal && withAmounts(refusal, around)) ?? sentence?.[around.language];
}

function withAmounts(refusal: Refusal, { words, language, values }: Around): string | undefined {
  const shown = (id: string, value: string) => amount(value, values.find((known) => known.id === id)?.unit ?? "", language).trimEnd();
  switch (refusal.name) {
    case "not-an-improvement":
    case "below-minimum-step":
    case "equal-to-own": {
      const { value, limit } = refusal;
      const why = words(`refused-${refusal.name}`);
      return limit === undefined ? `${why} ${words("limit-none")}` : `${why} ${words("refused-limit", { limit: shown(value, limit) })}`;
    }
    case "needs-confirmation":
    case "above-hard-limit": {
      const { value, from, to, percent } = refusal;
      const change = words("percent", { percent: decimal(percent, language) });
      return words(`refused-${refusal.name}`, { from: shown(value, from), to: shown(value, to), change });
    }
    case "off-the-tick":
      return words("refused-off-the-tick", { tick: shown(refusal.value, refusal.tick) });
    case "out-of-range":
      return words("refused-out-of-range", { least: shown(refusal.value, refusal.least), most: shown(refusal.value, refusal.most) });
    case "min-gap":
      return words("refused-min-gap", { length: duration(refusal.min_gap_ms) });
    case "level-passed":
      return refusal.level === undefined
        ? words("refused-level-passed")
        : words("refused-level-passed-to", { level: shown(values[0]?.id ?? "", refusal.level) });
    case "sealed-refused": {
      const reason = SEALED_REASON[refusal.refused];
      return reason === undefined ? undefined : words("refused-sealed", { reason: words(`refusal-${reason}`) });
    }
    case "sum-differs":
      return words("refused-sum-differs", { sum: shown(refusal.value, refusal.sum) });
    default:
      return undefined;
  }
}
