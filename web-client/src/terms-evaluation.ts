import { amountMaybe } from "./compared";
import { decimal } from "./format";
import type { StepSize, Terms, Written } from "./protocol";
import type { Language, Words } from "./words";

/** Which offer wins, what line items must add up to, and what becomes of equal offers. */
export function evaluationSentences(terms: Terms, words: Words, language: Language): string[] {
  return [...itemsSentences(terms, words, language), ...winsSentences(terms, words, language), words(`terms-ties-${terms.ties}`)];
}

function winsSentences({ evaluation, visibility }: Terms, words: Words, language: Language): string[] {
  const named = (written: readonly Written[]) => written.map(({ name }) => name[language]).join(", ");
  switch (evaluation.by) {
    case "lowest-price":
    case "discount":
      return [words(`terms-wins-${evaluation.by}`)];
    case "points": {
      const criteria = evaluation.criteria.map(({ name, weight }) =>
        visibility.weights ? `${name[language]} ${decimal(weight, language)}` : name[language],
      );
      return [words("terms-wins-points", { criteria: criteria.join(", ") })];
    }
    case "normalised-price":
      return [words("terms-wins-normalised-price", { features: named(evaluation.features) })];
    case "life-cycle-cost":
      return [words("terms-wins-life-cycle-cost", { costs: named(evaluation.costs) })];
    case "mixed": {
      const [denominator, addition] = [evaluation.denominator, evaluation.addition].map(({ name }) => name[language]);
      return [words("terms-wins-mixed", { denominator: denominator ?? "", addition: addition ?? "" })];
    }
    case "net-present-value": {
      const rate = words("percent", { percent: decimal(evaluation.rate_percent, language) });
      const step = stepText(evaluation.least_step, "", words, language);
      return [words("terms-wins-net-present-value", { rate }), words("terms-worth-step", { step, years: String(evaluation.years_max) })];
    }
  }
}

function itemsSentences({ items, values }: Terms, words: Words, language: Language): string[] {
  if (items === undefined) return [];
  const name = (id: string) => values.find((value) => value.id === id)?.name[language] ?? id;
  const parts = Object.entries(items.quantities).map(([id, quantity]) => `${name(id)} × ${decimal(quantity, language)}`);
  return [words("terms-items", { total: name(items.total), items: parts.join(", ") })];
}

/** How large a step is: "500,00 zł", "1 %", "od 0: 100; od 1000: 500". */
export function stepText(step: StepSize, unit: string, words: Words, language: Language): string {
  const shown = (text: string) => amountMaybe(text, unit, language);
  switch (step.by) {
    case "amount":
      return shown(step.amount);
    case "percent":
      return words("percent", { percent: decimal(step.percent, language) });
    case "bands":
      return step.bands.map(({ from, amount: size }) => words("terms-band", { from: shown(from), step: shown(size) })).join("; ");
  }
}
