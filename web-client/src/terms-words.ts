import { amount, decimal, duration, unitName } from "./format";
import type { Phase, StepSize, Terms, Value } from "./protocol";
import type { Language, Words } from "./words";

/** The terms of an auction in plain sentences: what is bid, by which steps, until when, who wins. */
export function termsSentences(terms: Terms, words: Words, language: Language): string[] {
  return [
    ...terms.values.map((value) => valueSentence(value, words, language)),
    words(`terms-opening-${terms.opening}`),
    ...terms.values.flatMap((value) => stepSentences(terms, value, words, language)),
    ...terms.phases.flatMap((phase, index) => phaseSentences(phase, index, terms.phases.length, words)),
    evaluationSentence(terms, words, language),
    words(`terms-ties-${terms.ties}`),
    ...guardSentences(terms, words, language),
    ...paceSentences(terms, words),
    words("terms-conduct"),
  ];
}

function valueSentence(value: Value, words: Words, language: Language): string {
  const tax = value.tax === undefined ? "" : words(`terms-tax-${value.tax}`);
  return words(`terms-value-${value.direction}`, {
    name: value.name[language],
    tax,
    unit: unitName(value.unit, language),
    least: amount(value.least, value.unit, language),
    most: amount(value.most, value.unit, language),
  });
}

function stepSentences(terms: Terms, value: Value, words: Words, language: Language): string[] {
  const step = terms.improvement.steps[value.id];
  if (step === undefined) return [];
  const place = { name: value.name[language], step: stepText(step.least, value, words, language) };
  const least = words(`terms-step-from-${terms.improvement.from}`, place);
  if (step.tick === undefined) return [least];
  return [least, words("terms-tick", { name: place.name, tick: amount(step.tick, value.unit, language) })];
}

function stepText(step: StepSize, { unit }: Value, words: Words, language: Language): string {
  switch (step.by) {
    case "amount":
      return amount(step.amount, unit, language);
    case "percent":
      return words("percent", { percent: decimal(step.percent, language) });
    case "bands":
      return step.bands
        .map(({ from, amount: size }) =>
          words("terms-band", { from: amount(from, unit, language), step: amount(size, unit, language) }),
        )
        .join("; ");
  }
}

function phaseSentences({ pause_before_ms, run }: Phase, index: number, of: number, words: Words): string[] {
  const { close, extension } = run;
  const phase = of > 1 ? words("terms-phase-named", { phase: String(index + 1) }) : words("terms-phase-only");
  const sentences: string[] = [];
  if (pause_before_ms > 0) sentences.push(words("terms-pause", { phase, length: duration(pause_before_ms) }));
  if (close.by === "set-time") sentences.push(words("terms-close-set-time", { phase, length: duration(close.length_ms) }));
  else {
    sentences.push(words("terms-close-idle", { phase, idle: duration(close.idle_ms) }));
    if (close.not_before_ms > 0) sentences.push(words("terms-close-not-before", { length: duration(close.not_before_ms) }));
    if (close.latest_ms !== undefined) sentences.push(words("terms-close-latest", { length: duration(close.latest_ms) }));
  }
  if (extension === undefined) {
    if (close.by === "set-time") sentences.push(words("terms-no-extension"));
    return sentences;
  }
  const rank = extension.trigger.on === "changes-rank" ? String(extension.trigger.rank_max) : "";
  sentences.push(
    words(`terms-extension-${extension.anchor}`, {
      trigger: words(`terms-trigger-${extension.trigger.on}`, { rank }),
      window: duration(extension.window_ms),
      length: duration(extension.length_ms),
    }),
  );
  if (extension.count_max !== undefined) sentences.push(words("terms-extension-count", { count: extension.count_max }));
  if (extension.end_max_ms !== undefined) sentences.push(words("terms-extension-end", { length: duration(extension.end_max_ms) }));
  return sentences;
}

function evaluationSentence({ evaluation, visibility }: Terms, words: Words, language: Language): string {
  if (evaluation.by === "lowest-price") return words("terms-wins-lowest");
  const criteria = evaluation.criteria.map(({ name, weight }) =>
    visibility.weights ? `${name[language]} ${decimal(weight, language)}` : name[language],
  );
  return words("terms-wins-points", { criteria: criteria.join(", ") });
}

function guardSentences({ guards }: Terms, words: Words, language: Language): string[] {
  const percent = (text: string) => words("percent", { percent: decimal(text, language) });
  const sentences: string[] = [];
  if (guards.confirm_above_percent !== null) sentences.push(words("terms-confirm", { percent: percent(guards.confirm_above_percent) }));
  if (guards.refuse_above_percent !== null) sentences.push(words("terms-refuse", { percent: percent(guards.refuse_above_percent) }));
  return sentences;
}

function paceSentences({ pace }: Terms, words: Words): string[] {
  const gap = pace.min_gap_ms > 0 ? [words("terms-gap", { length: duration(pace.min_gap_ms) })] : [];
  return [...gap, words("terms-attempts", { count: String(pace.attempts_max) })];
}
