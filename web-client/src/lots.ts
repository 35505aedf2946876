import type { Signal } from "@preact/signals";
import type { AuctionPage } from "./auction-page";
import type { BothLanguages } from "./protocol";
import type { Words } from "./words";

/** How people call the lot of an auction. */
export interface LotName {
  number: string;
  title: BothLanguages;
}

export interface Lot {
  auction: string;
  /** None when the page shows this auction alone. */
  name: LotName | undefined;
  /** Where its bidder may practise. */
  practice?: string | undefined;
}

/** All auctions of the page, and which of them is shown. */
export interface Lots {
  pages: readonly AuctionPage[];
  shown: Signal<number>;
}

/** The lots that the server names as JSON (`data-lots`), else the page's only auction. */
export function lotsOf(json: string | undefined, auction: string | undefined): Lot[] {
  const named = json === undefined ? [] : (JSON.parse(json) as ({ auction: string; practice?: string } & LotName)[]);
  if (named.length > 1) {
    return named.map(({ auction, number, title, practice }) => ({ auction, name: { number, title }, practice }));
  }
  const only = named[0]?.auction ?? auction;
  return only === undefined ? [] : [{ auction: only, name: undefined, practice: named[0]?.practice }];
}

/** "część 2", to name in a sentence or a button which lot is meant; none on a page of one. */
export function lotText({ lot, words }: { lot: Lot; words: Words }): string | undefined {
  return lot.name && words("lot", { number: lot.name.number });
}

/** The lot beside the one that is shown, around the end. */
export function besides(shown: number, step: 1 | -1, count: number): number {
  return (shown + step + count) % count;
}
