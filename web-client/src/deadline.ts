import type { AuctionState, PublicView } from "./protocol";

/** What the countdown runs to. `key` says it in words; without `at` the clock stands. */
export interface Deadline {
  key: string;
  at: number | undefined;
  /** The bidding ends then, so its last minute counts. */
  closes: boolean;
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
    case "open": {
      const isLast = phase === undefined || phase.index + 1 === phase.of;
      return { key: isLast ? "until-close" : "until-phase-end", at: phase?.closes_at, closes: true };
    }
    case "paused":
    case "interrupted":
      return { key: resumes_at === undefined ? "until-nothing" : "until-resuming", at: resumes_at, closes: false };
    case "closed":
    case "cancelled":
    case "sealed":
      return undefined;
  }
}
