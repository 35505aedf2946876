import { type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Connection } from "./connection";
import type { Lot, Lots } from "./lots";
import type { Amounts, Terms } from "./protocol";
import type { Sounds } from "./sounds";
import { AuctionStore, type Seat } from "./store";
import type { Language, Words } from "./words";

/** What all auctions of a page share. */
export interface Shared {
  connection: Connection;
  words: Words;
  language: Language;
  /** The server's time, renewed each second. */
  now: Signal<number | undefined>;
  narrow: Signal<boolean>;
  sounds: Sounds;
  lots: Lots;
  /** For officers: what the buyer reckoned with, a decimal; not of several lots. */
  estimate: string | undefined;
  /** An auditor sees what officers see, and acts on nothing. */
  readOnly: boolean;
}

/** What the components of one auction's page share. */
export interface AuctionPage extends Shared {
  lot: Lot;
  store: AuctionStore;
  /** Values as typed and not yet accepted, by value; it outlives a lost link. */
  draft: Signal<Amounts>;
}

export const AuctionPageContext = createContext<AuctionPage | undefined>(undefined);

export function useAuctionPage(): AuctionPage {
  const page = useContext(AuctionPageContext);
  if (page === undefined) throw new Error("stands outside the page of an auction");
  return page;
}

/** The viewer's seat; components that need it are shown only after joining. */
export function useSeat(): Seat {
  const seat = useAuctionPage().store.seat.value;
  if (seat === undefined) throw new Error("shown before the auction was joined");
  return seat;
}

export function useTerms(): Terms {
  return useSeat().terms;
}

/** Whether the window is a phone's, or zoomed to the width of one. */
export function narrowWindow(): Signal<boolean> {
  const query = window.matchMedia("(max-width: 40rem)");
  const narrow = signal(query.matches);
  query.addEventListener("change", () => {
    narrow.value = query.matches;
  });
  return narrow;
}
