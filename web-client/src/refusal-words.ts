import { amount, decimal, duration } from "./format";
import type { BothLanguages, Refusal, Value } from "./protocol";
import type { Language, Words } from "./words";

/** What a sentence about a refusal needs to know around it. */
interface Around {
  words: Words;
  language: Language;
  values: readonly Value[];
}

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
    default:
      return undefined;
  }
}
