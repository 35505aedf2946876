import type { AuctionPage } from "../auction-page";
import { amount, decimal, typedDecimal } from "../format";
import type { Amounts, OwnView, Terms, ValueId } from "../protocol";
import type { Language } from "../words";

/** What the fields of the form hold: what was typed, else the own present value, as a bid names
 *  every value. The only value of an auction starts empty: it must change anyway. */
export function fieldTexts(terms: Terms, own: OwnView, draft: Amounts, language: Language): Amounts {
  const isAlone = terms.values.length === 1;
  const entries = terms.values.map(({ id }) => {
    const present = isAlone ? undefined : own.values?.[id];
    return [id, draft[id] ?? (present === undefined ? "" : decimal(present, language))];
  });
  return Object.fromEntries(entries);
}

/** Puts a text into the field of a value. The answer to the bid before belongs to other values. */
export function typeValue({ draft, store }: AuctionPage, id: ValueId, text: string): void {
  draft.value = { ...draft.value, [id]: text };
  store.answer.value = undefined;
}

export function isComplete(texts: Amounts): boolean {
  return Object.values(texts).every((text) => text.trim() !== "");
}

/** "118 450,00 zł · 14 dni" for the button's name; none while a text is no amount. */
export function offerTyped(terms: Terms, texts: Amounts, language: Language): string | undefined {
  const parts: string[] = [];
  for (const { id, unit, decimals } of terms.values) {
    const typed = typedDecimal(texts[id] ?? "", decimals);
    if (typed === undefined) return undefined;
    parts.push(amount(typed, unit, language));
  }
  return parts.join(" · ");
}
