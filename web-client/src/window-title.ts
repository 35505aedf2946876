import type { AuctionPage } from "./auction-page";
import { deadlineOf } from "./deadline";
import { timeLeft } from "./format";

/** "2:35 · 2. z 5 · Odbiór odpadów": countdown and position are seen in the tab's name too. */
export function windowTitle({ store, now, words, language, connection }: AuctionPage): string {
  const seat = store.seat.value;
  const state = store.state.value;
  if (seat === undefined || state === undefined) return words("title-waiting");
  const parts = [seat.terms.title[language]];
  const position = store.own.value?.position;
  if (position !== undefined) parts.unshift(positionText(words, position, state.participants));
  const link = connection.link.value.state;
  const deadline = deadlineOf(state);
  if (link !== "connected") parts.unshift(words("title-no-link"));
  else if (deadline === undefined) parts.unshift(words(`state-${state.state}`));
  else if (deadline.at !== undefined && now.value !== undefined) {
    const { days, clock } = timeLeft(deadline.at - now.value);
    parts.unshift(days > 0 ? words("days-left", { days, clock }) : clock);
  }
  return parts.join(" · ");
}

/** "2. z 5", or "2." where the number of bidders is not told. */
export function positionText(words: AuctionPage["words"], position: number, participants?: number): string {
  return participants === undefined
    ? words("position-alone", { position: String(position) })
    : words("position-of", { position: String(position), participants: String(participants) });
}
