import { amount, decimal, unitName } from "./format";
import type { Terms, Value } from "./protocol";
import type { Language, Words } from "./words";

/** The price that is compared: of the values where less is better, unit prices apart, the one that
 *  says whether it holds VAT, else the first. An energy service has none. */
export function priceOf({ values, items, evaluation }: Terms): Value | undefined {
  if (evaluation.by === "net-present-value") return undefined;
  const priced = values.filter(({ id, direction }) => direction === "lowest" && items?.quantities[id] === undefined);
  return priced.find(({ tax }) => tax !== undefined) ?? priced[0];
}

/** "cena znormalizowana": what the number is by which offers are compared and which nobody enters. */
export function comparedName({ evaluation }: Terms, words: Words): string {
  return words(`compared-${evaluation.by}`);
}

/** That number with the unit of the price, or bare where no price is entered. */
export function comparedText(compared: string, terms: Terms, language: Language): string {
  const price = priceOf(terms);
  return price === undefined ? decimal(compared, language) : amount(compared, price.unit, language);
}

/** "net", "gross" or "reverse-charge"; none where a value is no price. */
export function taxOf({ tax }: Value): string | undefined {
  return typeof tax === "object" ? "reverse-charge" : tax;
}

/** A step of the value by which offers are compared may have no unit. */
export function amountMaybe(text: string, unit: string, language: Language): string {
  return unitName(unit, language) === "" ? decimal(text, language) : amount(text, unit, language);
}
