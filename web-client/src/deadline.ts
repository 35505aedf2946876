import type { AuctionState, PhaseView, PublicView } from "./protocol";

/** What the countdown runs to. `key` says it in words; without `at` the clock stands. */
export interface Deadline {
  key: string;
  at: number | undefined;
  /** The bidding ends then, so its last minute counts. */
  closes: boolean;
  /** Random tail: from `at` on it ends at any moment, at the latest then. */
  latest?: number;
}

/** The state as people are told it: an auction that was called off stays so once it is sealed. */
export function toldState({ state, cancelled }: PublicView): AuctionState {
  return cancelled ? "cancelled" : state;
}

/** The deadline of an auction's state; none after its end. */
export function deadlineOf({ state, opens_at, phase, resumes_at }: PublicView): Deadline | undefined {
  switch (state) {
    case "published":
      return { key: opens_at === undefined ? "until-unscheduled" : "until-opening", at: opens_at, closes: false };
    case "between":
      return { key: "until-phase", at: phase?.starts_at, closes: false };
    case "open":
      return deadlineOfPhase(phase);
    case "paused":
    case "interrupted":
      return { key: resumes_at === undefined ? "until-nothing" : "until-resuming", at: resumes_at, closes: false };
    case "closed":
    case "cancelled":
    case "sealed":
      return undefined;
  }
}

function deadlineOfPhase(phase: PhaseView | undefined): Deadline {
  const at = phase?.closes_at;
  switch (phase?.kind) {
    case "turns":
      return { key: "until-turn-end", at, closes: false };
    case "descending-clock":
    case "ascending-clock":
      return { key: "until-level-end", at, closes: false };
    case "sealed-bid":
      return { key: "until-unsealing", at, closes: true };
    case "tie-break":
      return { key: "until-tie-break-end", at, closes: true };
  }
  if (phase?.closes_from !== undefined && at !== undefined) {
    return { key: "until-random", at: phase.closes_from, closes: true, latest: at };
  }
  const isLast = phase === undefined || phase.index + 1 === phase.of;
  return { key: isLast ? "until-close" : "until-phase-end", at, closes: true };
}
