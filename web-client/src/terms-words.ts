import { taxOf } from "./compared";
import { amount, decimal, duration, unitName } from "./format";
import type { Terms, Value } from "./protocol";
import { evaluationSentences, stepText } from "./terms-evaluation";
import { isByLevels, phasesSentences } from "./terms-phases";
import type { Language, Words } from "./words";

/** The terms of an auction in plain sentences: what is bid, by which steps, until when, who wins. */
export function termsSentences(terms: Terms, words: Words, language: Language): string[] {
  const values = terms.values.flatMap((value) => valueSentences(value, words, language));
  // Where nobody enters an amount, there are no steps and no slips.
  const entering = isByLevels(terms)
    ? []
    : [words(`terms-opening-${terms.opening}`), ...terms.values.flatMap((value) => stepSentences(terms, value, words, language))];
  const guards = isByLevels(terms) ? [] : guardSentences(terms, words, language);
  const takesBack = terms.phases.some(({ run }) => run.kind === "turns");
  return [
    ...values,
    ...entering,
    ...phasesSentences(terms, words, language),
    ...evaluationSentences(terms, words, language),
    ...guards,
    ...paceSentences(terms, words, language),
    words(takesBack ? "terms-conduct-turns" : "terms-conduct"),
  ];
}

function valueSentences(value: Value, words: Words, language: Language): string[] {
  const tax = taxOf(value);
  const name = value.name[language];
  const sentence = words(`terms-value-${value.direction}`, {
    name,
    tax: tax === undefined ? "" : words(`terms-tax-${tax}`),
    unit: unitName(value.unit, language),
    least: amount(value.least, value.unit, language),
    most: amount(value.most, value.unit, language),
  });
  return tax === "reverse-charge" ? [sentence, words("terms-reverse-charge", { name })] : [sentence];
}

function stepSentences(terms: Terms, value: Value, words: Words, language: Language): string[] {
  const step = terms.improvement.steps[value.id];
  if (step === undefined) return [];
  const place = { name: value.name[language], step: stepText(step.least, value.unit, words, language) };
  const least = words(`terms-step-from-${terms.improvement.from}`, place);
  if (step.tick === undefined) return [least];
  return [least, words("terms-tick", { name: place.name, tick: amount(step.tick, value.unit, language) })];
}

function guardSentences({ guards }: Terms, words: Words, language: Language): string[] {
  const percent = (text: string) => words("percent", { percent: decimal(text, language) });
  const sentences: string[] = [];
  if (guards.confirm_above_percent !== null) sentences.push(words("terms-confirm", { percent: percent(guards.confirm_above_percent) }));
  if (guards.refuse_above_percent !== null) sentences.push(words("terms-refuse", { percent: percent(guards.refuse_above_percent) }));
  return sentences;
}

function paceSentences({ pace }: Terms, words: Words, language: Language): string[] {
  const gap = pace.min_gap_ms > 0 ? [words("terms-gap", { length: duration(pace.min_gap_ms) })] : [];
  return [...gap, words("terms-attempts", { count: decimal(String(pace.attempts_max), language) })];
}
