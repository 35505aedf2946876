import type { AuctionPage } from "./auction-page";
import { amount } from "./format";
import type { OwnView, PhaseKind, PhaseView, PublicView, Terms } from "./protocol";
import type { Language, Words } from "./words";

export type KindName = PhaseKind["kind"];

/** Whether this bidder's turn runs, so that it alone may enter something. */
export function isOwnTurn(state: PublicView | undefined, own: OwnView | undefined): boolean {
  const turn = state?.phase?.turn;
  return state?.state === "open" && turn !== undefined && turn.alias === own?.alias;
}

/** Whether the running phase takes an amount of this bidder now. */
export function mayBid(state: PublicView | undefined, own: OwnView | undefined): boolean {
  if (state?.state !== "open" || own?.barred || own?.sealed) return false;
  return state.phase?.kind !== "turns" || isOwnTurn(state, own);
}

/** "etap 2 z 3 · po kolei"; an auction of one open phase need not say so. */
export function phaseName(phase: PhaseView | undefined, words: Words): string | undefined {
  if (phase === undefined) return undefined;
  const kind = phase.kind === "open" && phase.of < 2 ? undefined : words(`kind-${phase.kind}`);
  const place = phase.of < 2 ? undefined : words("phase-of", { phase: String(phase.index + 1), of: String(phase.of) });
  return [place, kind].filter((part) => part !== undefined).join(" · ") || undefined;
}

/** A level with the unit of the only value that a clock moves: "90,00 zł". */
export function levelText(level: string, terms: Terms, language: Language): string {
  return amount(level, terms.values[0]?.unit ?? "", language);
}

/** What goes on within the phase, in a few words: whose turn, which level and how many are left, or
 *  that nothing can be known. */
export function courseText({ store, words, language }: AuctionPage): string | undefined {
  const terms = store.seat.value?.terms;
  const state = store.state.value;
  const phase = state?.phase;
  if (terms === undefined || phase === undefined || state?.state === "between") return undefined;
  const { turn, level, remaining, kind } = phase;
  if (turn !== undefined) {
    const place = { turn: String(turn.turn), of: String(turn.of) };
    if (turn.alias === store.own.value?.alias) return words("turn-own", place);
    return words("turn-of", { who: words("alias", { alias: String(turn.alias) }), ...place });
  }
  if (level !== undefined) {
    const shown = words("level-now", { level: levelText(level, terms, language) });
    return remaining === undefined ? shown : `${shown} · ${words("remaining", { count: String(remaining) })}`;
  }
  return kind === "sealed-bid" ? words("sealed-unknown") : undefined;
}
