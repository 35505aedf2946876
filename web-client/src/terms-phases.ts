import { amount, decimal, duration } from "./format";
import type { Admission, OpenPhase, Phase, PhaseKind, Terms } from "./protocol";
import type { Language, Words } from "./words";

/** The phases of the terms in plain sentences: who may bid in each, how, and until when. */
export function phasesSentences(terms: Terms, words: Words, language: Language): string[] {
  const { phases } = terms;
  return phases.flatMap((phase, index) => {
    const name = phases.length > 1 ? words("terms-phase-named", { phase: String(index + 1) }) : words("terms-phase-only");
    return phaseSentences(phase, name, terms, words, language);
  });
}

/** Whether bidders never enter an amount: they only stay at levels, or take one. */
export function isByLevels({ phases }: Terms): boolean {
  return phases.every(({ run }) => run.kind === "descending-clock" || run.kind === "ascending-clock");
}

function phaseSentences({ pause_before_ms, admission, run }: Phase, phase: string, terms: Terms, words: Words, language: Language): string[] {
  const pause = pause_before_ms > 0 ? [words("terms-pause", { phase, length: duration(pause_before_ms) })] : [];
  return [...pause, ...kindSentences(run, phase, terms, words, language), ...admissionSentences(admission, phase, words, language)];
}

function kindSentences(run: PhaseKind, phase: string, terms: Terms, words: Words, language: Language): string[] {
  switch (run.kind) {
    case "open":
      return openSentences(run, phase, words);
    case "turns":
      return [words("terms-turns", { phase, slot: duration(run.slot_ms) })];
    case "sealed-bid":
    case "tie-break":
      return [words(`terms-${run.kind}`, { phase, length: duration(run.length_ms) })];
    case "descending-clock":
    case "ascending-clock": {
      const shown = (text: string) => amount(text, terms.values[0]?.unit ?? "", language);
      const { start, step, end, interval_ms } = run;
      const place = { phase, start: shown(start), step: shown(step), end: shown(end), interval: duration(interval_ms) };
      return [words(`terms-${run.kind}`, place)];
    }
  }
}

function admissionSentences(admission: Admission | undefined, phase: string, words: Words, language: Language): string[] {
  switch (admission?.who) {
    case undefined:
    case "all":
      return [];
    case "who-bid":
      return [words("terms-admission-who-bid", { phase })];
    case "top":
      return admission.rank_max === 1
        ? [words("terms-admission-first", { phase })]
        : [words("terms-admission-top", { phase, rank: String(admission.rank_max) })];
    case "within": {
      const percent = words("percent", { percent: decimal(admission.percent, language) });
      return [words("terms-admission-within", { phase, percent, least: String(admission.least) })];
    }
  }
}

function openSentences(run: OpenPhase, phase: string, words: Words): string[] {
  const { close, extension, random_tail_ms } = run;
  const sentences: string[] = [];
  if (close.by === "set-time") sentences.push(words("terms-close-set-time", { phase, length: duration(close.length_ms) }));
  else {
    sentences.push(words("terms-close-idle", { phase, idle: duration(close.idle_ms) }));
    if (close.not_before_ms > 0) sentences.push(words("terms-close-not-before", { length: duration(close.not_before_ms) }));
    if (close.latest_ms !== undefined) sentences.push(words("terms-close-latest", { length: duration(close.latest_ms) }));
  }
  if (random_tail_ms !== undefined) sentences.push(words("terms-random-tail", { length: duration(random_tail_ms) }));
  if (extension !== undefined) sentences.push(...extensionSentences(extension, words));
  else if (close.by === "set-time" && random_tail_ms === undefined) sentences.push(words("terms-no-extension"));
  return sentences;
}

function extensionSentences(extension: NonNullable<OpenPhase["extension"]>, words: Words): string[] {
  const rank = extension.trigger.on === "changes-rank" ? String(extension.trigger.rank_max) : "";
  const sentences = [
    words(`terms-extension-${extension.anchor}`, {
      trigger: words(`terms-trigger-${extension.trigger.on}`, { rank }),
      window: duration(extension.window_ms),
      length: duration(extension.length_ms),
    }),
  ];
  if (extension.count_max !== undefined) sentences.push(words("terms-extension-count", { count: extension.count_max }));
  if (extension.end_max_ms !== undefined) sentences.push(words("terms-extension-end", { length: duration(extension.end_max_ms) }));
  return sentences;
}
