import { signal } from "@preact/signals";
import type { Alias, Amounts, Item, OwnView, PublicView, Receipt } from "../protocol";
import { readTold } from "../protocol";
import { Series } from "./series";

/** Lines that are kept; an auction has at most so many bidders that are worth a line. */
export const LINES_MAX = 500;

/** How the offers of one auction moved, from all that its viewer was told. */
export class Offers {
  readonly best = new Series();
  readonly own = new Series();
  readonly byAlias = new Map<Alias, Series>();
  /** Grows with every change, so that what shows a line is drawn again. */
  readonly changes = signal(0);

  /** Whether what is entered counts at once, and not only when a turn or a level ends. */
  #counts = true;
  /** The latest server time that a message named. */
  #latest = 0;

  /** What everyone of the audience sees, as of `at` or the latest known time. */
  seen({ best, rows }: PublicView, at = this.#latest): void {
    this.#latest = Math.max(this.#latest, at);
    let changed = best?.values !== undefined && this.best.add(this.#latest, best.values);
    for (const { alias, values, excluded } of rows ?? []) {
      if (alias === undefined || (values === undefined && !excluded)) continue;
      changed = this.#line(alias)?.add(this.#latest, excluded ? undefined : values) || changed;
    }
    if (changed) this.#grown();
  }

  /** What the feed tells of past offers. */
  told(items: readonly Item[]): void {
    let changed = false;
    for (const item of items) {
      this.#latest = Math.max(this.#latest, item.at);
      if (item.news === "phase-started") this.#counts = true;
      if (item.news === "turn-started" || item.news === "level-started") this.#counts = false;
      if (item.news === "best-changed" && item.best?.values) changed = this.best.add(item.at, item.best.values) || changed;
      else if (item.news === "bid-accepted") changed = this.#line(item.alias)?.add(item.at, item.values) || changed;
      else if (item.news === "attempted" && this.#counts && hasValues(item.values) && item.refusal === undefined && item.alias !== undefined) {
        changed = this.#line(item.alias)?.add(item.at, plain(item.values)) || changed;
      }
    }
    if (changed) this.#grown();
  }

  /** The own offer as it stands now. */
  ownSeen({ values }: OwnView): void {
    if (values && this.own.add(this.#latest, values)) this.#grown();
  }

  /** An accepted bid, at the moment that the server read it. */
  received({ accepted, receipt }: Receipt): void {
    const values = accepted ? acceptedValues(receipt) : undefined;
    if (values === undefined) return;
    const { received_at } = readTold(receipt);
    this.#latest = Math.max(this.#latest, received_at);
    if (this.own.add(received_at, values)) this.#grown();
  }

  #line(alias: Alias): Series | undefined {
    const known = this.byAlias.get(alias);
    if (known || this.byAlias.size >= LINES_MAX) return known;
    const line = new Series();
    this.byAlias.set(alias, line);
    return line;
  }

  #grown(): void {
    this.changes.value = this.changes.peek() + 1;
  }
}

/** A sealed attempt is told without its values. */
function hasValues(values: Amounts): boolean {
  return Object.keys(values).length > 0;
}

/** Attempts are told as typed, with a comma or spaces. */
function plain(values: Amounts): Amounts {
  const read = ([id, text]: [string, string]) => [id, text.replace(/\s/g, "").replace(",", ".")];
  return Object.fromEntries(Object.entries(values).map(read));
}

function acceptedValues(proof: Receipt["receipt"]): Amounts | undefined {
  return readTold(proof).outcome?.events?.find(({ type }) => type === "bid-accepted")?.values;
}
