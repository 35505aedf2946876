import type { AuctionPage } from "./auction-page";
import { deadlineOf, toldState } from "./deadline";
import { timeLeft } from "./format";
import { lotText } from "./lots";
import { isOwnTurn, levelText } from "./phase";

/** "2:35 · 2. z 5 · Odbiór odpadów": countdown and position are seen in the tab's name too, and so
 *  is another lot in which the bidder was overtaken or may bid now. None before the auction is
 *  known: the page's own title stays. */
export function windowTitle(page: AuctionPage): string | undefined {
  const { store, words, language, connection, lots } = page;
  const seat = store.seat.value;
  const state = store.state.value;
  if (seat === undefined || state === undefined) return undefined;
  const position = store.own.value?.position;
  const others = lots.pages.filter((other) => other !== page);
  const turns = others.filter(({ store }) => isOwnTurn(store.state.value, store.own.value));
  const overtaken = others.filter((other) => other.store.overtaken.value);
  const parts = [
    connection.link.value.state === "connected" ? shortTimeLeft(page) : words("title-no-link"),
    courseTitle(page),
    position === undefined ? undefined : positionText(words, position, state.participants),
    ...turns.map((other) => words("title-turn", { lot: lotText(other) ?? "" })),
    ...overtaken.map((other) => words("title-overtaken", { lot: lotText(other) ?? "" })),
    lotText(page),
    seat.terms.title[language],
  ];
  return parts.filter((part) => part !== undefined).join(" · ");
}

/** "Twoja kolej", or the level of a clock: what a bidder must know without looking. */
function courseTitle({ store, words, language }: AuctionPage): string | undefined {
  const state = store.state.value;
  const terms = store.seat.value?.terms;
  if (isOwnTurn(state, store.own.value)) return words("turn-yours");
  const level = state?.state === "open" ? state.phase?.level : undefined;
  return level === undefined || terms === undefined ? undefined : levelText(level, terms, language);
}

/** "2:35", or the state in a word where no clock runs; none before the server's time is known. */
export function shortTimeLeft({ store, now, words }: AuctionPage): string | undefined {
  const state = store.state.value;
  const deadline = state && deadlineOf(state);
  if (state === undefined) return undefined;
  if (deadline === undefined || (deadline.at === undefined && deadline.key === "until-nothing")) return words(`state-${toldState(state)}`);
  if (deadline.at === undefined || now.value === undefined) return undefined;
  const left = deadline.at - now.value;
  if (deadline.latest !== undefined && left <= 0) return words("any-moment-short");
  const { days, clock } = timeLeft(left);
  return days > 0 ? words("days-left", { days, clock }) : clock;
}

/** "2. z 5", or "2." where the number of bidders is not told. */
export function positionText(words: AuctionPage["words"], position: number, participants?: number): string {
  return participants === undefined
    ? words("position-alone", { position: String(position) })
    : words("position-of", { position: String(position), participants: String(participants) });
}
