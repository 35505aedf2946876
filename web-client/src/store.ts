import { computed, signal } from "@preact/signals";
import { Offers } from "./chart/offers";
import type {
  Alias,
  BothLanguages,
  Command,
  FromServer,
  Head,
  Item,
  Joined,
  OwnView,
  Preview,
  Presence,
  PublicView,
  Receipt,
  Refusal,
  Refused,
  Role,
  StateChanged,
  Terms,
  Winner,
} from "./protocol";
import { openQuestions } from "./open-questions";
import { readTold } from "./protocol";

/** Items of the feed that the page keeps, as many as the server does; older ones stand in the
 *  published log. */
export const FEED_MAX = 2_000;

/** What joining told once and for all. */
export interface Seat {
  role: Role;
  terms: Terms;
  termsHash: string;
  weakDurability: string | undefined;
}

/** What a command of this page came to. */
export interface Answer {
  command: Command;
  accepted: boolean;
  refusal: Refusal | undefined;
  sentence: BothLanguages | undefined;
  /** What it came to: "bid-accepted", "bid-held", "bid-sealed" …; of refused ones nothing. */
  became?: string | undefined;
}

/** The server's latest answer to what is being typed. */
export interface Previewed {
  ref: string;
  preview: Preview;
  sentence: BothLanguages | undefined;
}

/** The newest items, and of those before them the questions that nobody answered. */
function kept(feed: readonly Item[]): readonly Item[] {
  if (feed.length <= FEED_MAX) return feed;
  const oldest = feed[feed.length - FEED_MAX]?.f ?? 0;
  return [...openQuestions(feed).filter(({ f }) => f < oldest), ...feed.slice(-FEED_MAX)];
}

/** The newest item of one kind. */
export function lastNews<Name extends Item["news"]>(
  feed: readonly Item[],
  name: Name,
): Extract<Item, { news: Name }> | undefined {
  for (let i = feed.length - 1; i >= 0; i--) {
    const item = feed[i];
    if (item?.news === name) return item as Extract<Item, { news: Name }>;
  }
  return undefined;
}

/** What the page must do after a message. */
export type Reaction = "nothing" | "join-again" | "join-later" | "send-again";

/** One auction as this viewer knows it: messages go in, signals come out. It knows no socket. */
export class AuctionStore {
  readonly seat = signal<Seat | undefined>(undefined);
  readonly state = signal<PublicView | undefined>(undefined);
  readonly own = signal<OwnView | undefined>(undefined);
  /** Oldest first. */
  readonly feed = signal<readonly Item[]>([]);
  /** By `n`, oldest first. */
  readonly receipts = signal<readonly Receipt[]>([]);
  readonly presence = signal<Presence | undefined>(undefined);
  readonly head = signal<Head | undefined>(undefined);
  readonly winner = signal<Winner | undefined>(undefined);
  /** Why joining was refused. */
  readonly denied = signal<Refused | undefined>(undefined);
  readonly answer = signal<Answer | undefined>(undefined);
  readonly previewed = signal<Previewed | undefined>(undefined);
  /** Somebody else's offer has pushed this bidder down since its own last bid. */
  readonly overtaken = signal(false);
  readonly offers = new Offers();
  /** For officers: when each bidder's last accepted attempt came, as far as the feed goes back. */
  readonly lastAccepted = computed(() => {
    const last = new Map<Alias, number>();
    for (const item of this.feed.value) {
      if (item.news === "attempted" && item.alias !== undefined && !item.refusal) last.set(item.alias, item.at);
    }
    return last;
  });

  readonly auction: string;
  #f = 0;
  #joining = false;

  constructor(auction: string) {
    this.auction = auction;
  }

  /** The question to join with: what is known already. While it is unanswered, states wait. */
  join(): { type: "join"; auction: string; f: number; n: number } {
    this.#joining = true;
    return { type: "join", auction: this.auction, f: this.#f, n: this.#receiptsKnown() };
  }

  /** Takes in a message of this auction; `waiting` is the unanswered command that it answers. */
  hear(message: FromServer, waiting?: Command): Reaction {
    switch (message.type) {
      case "joined":
        this.#joined(message);
        break;
      case "state":
        return this.#stateChanged(message);
      case "own":
        this.#ownChanged(message.own);
        break;
      case "receipt":
        this.#received(message, waiting);
        break;
      case "refused":
        return this.#refused(message, waiting);
      case "preview":
        this.previewed.value = { ref: message.ref, preview: message.preview, sentence: message.sentence };
        break;
      case "result":
        this.winner.value = message.winner;
        if (this.state.value) {
          this.state.value = { ...this.state.value, closed_at: message.closed_at, result: message.result };
        }
        break;
      case "done":
        if (waiting) this.answer.value = { command: waiting, accepted: true, refusal: undefined, sentence: undefined };
        break;
      case "presence":
        this.presence.value = message;
        break;
      case "head":
        this.head.value = message;
        break;
      case "hello":
      case "pong":
        break;
    }
    return "nothing";
  }

  #joined(message: Joined): void {
    this.#joining = false;
    this.denied.value = undefined;
    this.seat.value = {
      role: message.role,
      terms: message.terms,
      termsHash: message.terms_hash,
      weakDurability: message.weak_durability,
    };
    // Items that the server no longer keeps leave a gap in `f`, which the list shows.
    this.#append(message.feed);
    this.#f = message.f;
    this.state.value = message.state;
    this.offers.seen(message.state, message.now);
    if (message.own) this.#ownChanged(message.own);
    if (message.winner) this.winner.value = message.winner;
  }

  #stateChanged(message: StateChanged): Reaction {
    if (this.#joining) return "nothing";
    const stale = message.f < this.#f || (message.f === this.#f && message.feed.length > 0);
    if (stale) return "nothing";
    const fresh = message.feed.filter((item) => item.f > this.#f);
    const expected = this.#f + fresh.length;
    if (message.f !== expected || (fresh[0] !== undefined && fresh[0].f !== this.#f + 1)) return "join-again";
    this.#append(fresh);
    this.#f = message.f;
    this.state.value = message.state;
    this.offers.seen(message.state);
    return "nothing";
  }

  #append(items: readonly Item[]): void {
    const fresh = items.filter((item) => item.f > this.#f);
    if (fresh.length === 0) return;
    this.offers.told(fresh);
    this.feed.value = kept([...this.feed.value, ...fresh]);
  }

  #ownChanged(own: OwnView): void {
    const before = this.own.value?.position;
    const after = own.position;
    if (before !== undefined && after !== undefined) {
      if (after > before) this.overtaken.value = true;
      else if (after < before || after === 1) this.overtaken.value = false;
    }
    this.own.value = own;
    this.offers.ownSeen(own);
  }

  #received(receipt: Receipt, waiting: Command | undefined): void {
    const known = this.receipts.value;
    if (!known.some(({ n }) => n === receipt.n)) {
      this.receipts.value = [...known, receipt].sort((one, other) => one.n - other.n);
      this.offers.received(receipt);
    }
    if (waiting) {
      const { accepted, refusal, sentence } = receipt;
      const became = readTold(receipt.receipt).outcome?.events?.[0]?.type;
      this.answer.value = { command: waiting, accepted, refusal, sentence, became };
      if (accepted && waiting.type === "bid") this.overtaken.value = false;
    }
  }

  #refused(message: Refused, waiting: Command | undefined): Reaction {
    const { name } = message.refusal;
    if (waiting === undefined) {
      // A preview that came too fast is asked again with the next key; a join is not.
      if (!this.#joining) return "nothing";
      if (name === "too-fast" || name === "unavailable") return "join-later";
      this.denied.value = message;
      return "nothing";
    }
    if (name === "unavailable") return "send-again";
    const { refusal, sentence } = message;
    this.answer.value = { command: waiting, accepted: false, refusal, sentence };
    return "nothing";
  }

  /** The last `n` up to which no receipt is missing. */
  #receiptsKnown(): number {
    let known = 0;
    for (const { n } of this.receipts.value) {
      if (n !== known + 1) break;
      known = n;
    }
    return known;
  }
}
