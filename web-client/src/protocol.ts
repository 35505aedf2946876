/** The messages of docs/protocol.md, as types. Times are epoch milliseconds of the server's clock;
 *  amounts, percentages and points are decimal strings. */

/** The id of an auctioned value or of a criterion, as the terms name it. */
export type ValueId = string;
export type Amounts = Readonly<Record<ValueId, string>>;
export type Alias = number;

/** A text for people in both languages. */
export interface BothLanguages {
  pl: string;
  en: string;
}

export type Role = "bidder" | "observer" | "officer";

// ---- What the client sends

export type Command =
  | { type: "accept-terms"; auction: string; id: string; terms_hash: string }
  | { type: "bid"; auction: string; id: string; values: Amounts; confirm?: Amounts }
  /** What was entered in the own turn does not count. */
  | { type: "withdraw"; auction: string; id: string }
  /** Stay at the level of a descending clock; take that of an ascending one. */
  | { type: "accept-level"; auction: string; id: string; level: string }
  /** Out of a descending clock. */
  | { type: "leave-clock"; auction: string; id: string }
  | { type: "ask"; auction: string; id: string; text: string }
  | { type: "act"; auction: string; id: string; act: OfficerAct };

export type Question =
  | { type: "join"; auction: string; f: number; n: number }
  | { type: "leave"; auction: string }
  | { type: "preview"; auction: string; ref: string; values: Amounts; confirm?: Amounts }
  | { type: "ping"; t: number; rtt?: number; offset?: number };

export type FromClient = Command | Question;

export type OfficerAct =
  | { type: "announce"; text: string }
  | { type: "answer"; question: number; asked: string; text: string }
  | { type: "pause"; reason: string }
  | { type: "resume"; notice_ms: number; reason: string }
  | { type: "annul"; alias: Alias; n: number; reason: string }
  | { type: "exclude"; alias: Alias; reason: string }
  | { type: "cancel"; reason: string };

// ---- What the server sends

export type FromServer =
  | Hello
  | Joined
  | StateChanged
  | OwnChanged
  | Receipt
  | Refused
  | PreviewAnswer
  | Result
  | Done
  | Presence
  | Head
  | Pong;

export interface Hello {
  type: "hello";
  now: number;
  ping_ms: number;
  silent_ms: number;
}

export interface Joined {
  type: "joined";
  auction: string;
  role: Role;
  now: number;
  settle_ms: number;
  terms: Terms;
  terms_hash: string;
  f: number;
  feed: readonly Item[];
  state: PublicView;
  own?: OwnView;
  winner?: Winner;
  weak_durability?: string;
}

export interface StateChanged {
  type: "state";
  auction: string;
  f: number;
  feed: readonly Item[];
  state: PublicView;
}

export interface OwnChanged {
  type: "own";
  auction: string;
  own: OwnView;
}

export interface Receipt {
  type: "receipt";
  auction: string;
  id: string;
  n: number;
  accepted: boolean;
  refusal?: Refusal;
  code?: number;
  sentence?: BothLanguages;
  receipt: Proof;
}

/** What proves a receipt; `told` is JSON of {@link Told}, kept exactly as it came. */
export interface Proof {
  told: string;
  told_salt: string;
  kept_hash: string;
  path: readonly string[];
  key: string;
  signature: string;
}

/** The part of an entry that its bidder is told, as far as the page shows it. */
export interface Told {
  received_at: number;
  act:
    | { type: "accept-terms" | "place-sealed" | "withdraw" | "leave" }
    | { type: "ask"; text: string }
    | { type: "place-bid"; values: Amounts }
    | { type: "accept-level"; level: string };
  outcome?: { events?: readonly ToldEvent[] };
}

/** `values` stand with `bid-accepted` and `bid-held`. */
export interface ToldEvent {
  type: string;
  values?: Amounts;
}

export interface Refused {
  type: "refused";
  auction?: string;
  id?: string;
  code: number;
  refusal: Refusal;
  sentence: BothLanguages;
  late?: { statement: string; key: string; signature: string };
}

export interface PreviewAnswer {
  type: "preview";
  auction: string;
  ref: string;
  preview: Preview;
  sentence?: BothLanguages;
}

export interface Preview {
  refusal?: Refusal;
  change_percent?: Amounts;
  points?: Points;
  compared?: string;
}

export interface Result {
  type: "result";
  auction: string;
  closed_at: number;
  result: AuctionResult;
  winner?: Winner;
}

export interface Done {
  type: "done";
  auction: string;
  id: string;
}

export interface Presence {
  type: "presence";
  auction: string;
  bidders: readonly Present[];
  observers: number;
}

export interface Present {
  bidder: string;
  connections: number;
  rtt_ms?: number;
  offset_ms?: number;
}

export interface Head {
  type: "head";
  auction: string;
  seq: number;
  head: string;
}

export interface Pong {
  type: "pong";
  t: number;
  now: number;
}

// ---- What the messages hold

export type AuctionState =
  | "published"
  | "between"
  | "open"
  | "paused"
  | "interrupted"
  | "closed"
  | "cancelled"
  | "sealed";

export interface PublicView {
  state: AuctionState;
  opens_at?: number;
  phase?: PhaseView;
  resumes_at?: number;
  best?: Best;
  participants?: number;
  rows?: readonly Row[];
  closed_at?: number;
  /** It ended by cancellation; tells so also when it is sealed. */
  cancelled?: true;
  result?: AuctionResult;
}

export interface PhaseView {
  index: number;
  of: number;
  kind: PhaseKind["kind"];
  starts_at?: number;
  /** Of turns and levels, when the one that stands ends. */
  closes_at?: number;
  /** Random tail: it ends at any moment from then to `closes_at`. */
  closes_from?: number;
  turn?: Turn;
  level?: string;
  /** How many are still in a descending clock, where the number of participants is shown. */
  remaining?: number;
  extensions: number;
}

/** Whose turn it is, the how manyth, of how many in the round. */
export interface Turn {
  alias: Alias;
  turn: number;
  of: number;
}

export interface Best {
  values?: Amounts;
  points?: string;
  /** The number by which offers are compared, where nobody enters it and it is no points. */
  compared?: string;
}

export interface Points {
  total: string;
  by_criterion: Amounts;
}

/** One bidder's line; what stands after `points` only officers get. */
export interface Row {
  alias?: Alias;
  position?: number;
  values?: Amounts;
  points?: Points;
  compared?: string;
  bidder?: string;
  n?: number;
  bids?: number;
  opening?: Amounts;
  current_n?: number;
  accepted_terms?: boolean;
  excluded?: boolean;
  abnormally_low?: boolean;
}

export interface OwnView {
  alias?: Alias;
  accepted_terms: boolean;
  excluded: boolean;
  /** The running phase takes nothing from this bidder; its offer stands. */
  barred?: true;
  /** Entered in the own turn, or the level at which it stays: counts when the turn or level ends. */
  held?: Amounts;
  /** Its value is sealed until the phase ends. */
  sealed?: true;
  position?: number;
  values?: Amounts;
  points?: Points;
  compared?: string;
  gap?: string;
  /** The highest (where more is better: the lowest) legal amount; null when none is left. Unit
   *  prices have none. */
  limits: Readonly<Record<ValueId, string | null>>;
  /** One whole step beyond each limit, where the range of the value leaves that much. */
  limits_next?: Amounts;
  n: number;
  questions?: readonly OwnQuestion[];
}

/** The text stands in the told part of receipt `n`. */
export interface OwnQuestion {
  n: number;
  answered: boolean;
}

export interface AuctionResult {
  standings: readonly Standing[];
  winner?: Alias;
  tied?: readonly Alias[];
}

export interface Standing {
  alias: Alias;
  position: number;
  values: Amounts;
  points?: Points;
  compared?: string;
}

export interface Winner {
  alias: Alias;
  name: string;
  seat: string;
  tax_id: string;
}

/** One item of the feed: `f` counts without gaps. */
export type Item = { f: number; at: number } & News;

export type PauseCause = { officer: string } | "outage";

export type News =
  | { news: "scheduled"; opens_at: number }
  | { news: "opening-missed" }
  | { news: "opening-failed" }
  | { news: "phase-started"; phase: number; closes_at: number }
  | { news: "phase-skipped"; phase: number }
  | { news: "turn-started"; alias: Alias; closes_at: number }
  | { news: "level-started"; level: string; closes_at: number }
  | { news: "level-ended"; remaining?: number }
  | { news: "level-taken" }
  | { news: "bid-withdrawn" | "left"; alias: Alias }
  | { news: "best-changed"; best?: Best }
  | { news: "bid-accepted"; alias: Alias; values: Amounts }
  | { news: "attempted"; alias?: Alias; n: number; values: Amounts; refusal?: Refusal }
  | { news: "terms-accepted"; bidder: string }
  | { news: "connections-dropped"; before: number; now: number }
  | { news: "refused-outside"; bidder: string; alias?: Alias; counts: Readonly<Partial<Record<RefusalName, number>>> }
  | { news: "extended"; closes_at: number; extensions: number }
  | { news: "announced"; text: string }
  | { news: "asked"; question: number; alias?: Alias; bidder: string; text: string }
  | { news: "answered"; question?: number; asked: string; text: string }
  | { news: "paused"; cause: PauseCause }
  | { news: "resume-announced"; resumes_at: number; closes_at: number }
  | { news: "resumed"; closes_at: number }
  | { news: "interrupted"; from: number; to: number }
  | { news: "bid-annulled"; alias?: Alias }
  | { news: "bidder-excluded"; alias?: Alias }
  | { news: "phase-ended"; phase: number }
  | { news: "phase-scheduled"; phase: number; starts_at: number }
  | { news: "closed" }
  | { news: "cancelled"; reason: string }
  | { news: "sealed" };

export type RefusalName =
  | "not-open"
  | "paused"
  | "interrupted"
  | "closed"
  | "arrived-too-late"
  | "not-your-turn"
  | "otherwise-in-this-phase"
  | "level-passed"
  | "not-admitted"
  | "excluded"
  | "terms-not-accepted"
  | "too-many-questions"
  | "not-in-this-phase"
  | "not-an-improvement"
  | "below-minimum-step"
  | "off-the-tick"
  | "equal-to-own"
  | "needs-confirmation"
  | "above-hard-limit"
  | "malformed-amount"
  | "too-many-decimals"
  | "out-of-range"
  | "unknown-criterion"
  | "min-gap"
  | "already-sealed"
  | "sealed-refused"
  | "nothing-held"
  | "sum-differs"
  | "bad-message"
  | "not-logged-in"
  | "too-fast"
  | "too-many-attempts"
  | "command-id-reused"
  | "unavailable"
  | "not-allowed"
  | "not-now"
  | "not-found"
  | "bad-request"
  | "unknown-question"
  | "already-answered";

/** Why something was refused. Those whose fields the page reads are told apart by name. */
export type Refusal =
  | { name: "needs-confirmation" | "above-hard-limit"; value: ValueId; from: string; to: string; percent: string }
  | {
      name: "not-an-improvement" | "below-minimum-step" | "equal-to-own";
      value: ValueId;
      limit?: string;
    }
  | { name: "off-the-tick"; value: ValueId; tick: string }
  | { name: "out-of-range"; value: ValueId; least: string; most: string }
  | { name: "min-gap"; min_gap_ms: number }
  | { name: "level-passed"; level?: string }
  | { name: "sealed-refused"; refused: number }
  | { name: "sum-differs"; value: ValueId; sum: string }
  | {
      name: Exclude<
        RefusalName,
        | "needs-confirmation"
        | "above-hard-limit"
        | "not-an-improvement"
        | "below-minimum-step"
        | "equal-to-own"
        | "off-the-tick"
        | "out-of-range"
        | "min-gap"
        | "level-passed"
        | "sealed-refused"
        | "sum-differs"
      >;
      value?: ValueId;
    };

// ---- The terms, as far as the page puts them into words

export interface Terms {
  regime: string;
  title: BothLanguages;
  values: readonly Value[];
  items?: LineItems;
  opening: "written-offer" | "first-bid-free";
  phases: readonly Phase[];
  evaluation: Evaluation;
  improvement: {
    from: "own" | "leader";
    steps: Readonly<Record<ValueId, { least: StepSize; tick?: string }>>;
  };
  pace: { min_gap_ms: number; attempts_per_s: number; attempts_max: number };
  guards: {
    confirm_above_percent: string | null;
    refuse_above_percent: string | null;
    flag_below_mean_percent: string | null;
  };
  ties: "earliest" | "equal-rank" | "statutory";
  visibility: {
    best_value: boolean;
    all_values: boolean;
    participant_count: boolean;
    weights: boolean;
    observers_delay_ms?: number;
    officer_names: boolean;
  };
  conduct: {
    pause: boolean;
    annul: boolean;
    exclude: boolean;
    resume_notice_ms: number;
  };
}

/** Where the better value lies. */
export type Direction = "lowest" | "highest";

export interface Value {
  id: ValueId;
  name: BothLanguages;
  /** A unit, or a currency such as "PLN". */
  unit: string;
  decimals: number;
  least: string;
  most: string;
  direction: Direction;
  /** Under `reverse-charge` the VAT that the buyer would owe is added for comparison only. */
  tax?: "net" | "gross" | { "reverse-charge": { rate: ValueId } };
}

/** Unit prices and the total that they add up to. */
export interface LineItems {
  total: ValueId;
  quantities: Amounts;
}

export type Evaluation =
  | { by: "lowest-price" | "discount" }
  | { by: "points"; criteria: readonly Criterion[] }
  | { by: "normalised-price"; features: readonly Written[] }
  | { by: "life-cycle-cost"; costs: readonly Written[] }
  | { by: "mixed"; denominator: Written; addition: Written }
  | { by: "net-present-value"; years_max: number; rate_percent: string; least_step: StepSize };

/** A number of the written offer, or a feature of it. */
export interface Written {
  id: ValueId;
  name: BothLanguages;
}

export interface Criterion {
  id: ValueId;
  name: BothLanguages;
  weight: string;
  source: "auctioned" | "offer";
}

export interface Phase {
  pause_before_ms: number;
  /** Who may bid in it, of those who could in the phase before; absent: everyone. */
  admission?: Admission;
  run: PhaseKind;
}

export type Admission =
  | { who: "all" | "who-bid" }
  | { who: "top"; rank_max: number }
  | { who: "within"; percent: string; least: number };

export type PhaseKind =
  | OpenPhase
  | { kind: "turns"; slot_ms: number }
  | { kind: "sealed-bid" | "tie-break"; length_ms: number }
  | { kind: "descending-clock" | "ascending-clock"; start: string; step: string; end: string; interval_ms: number };

export interface OpenPhase {
  kind: "open";
  close:
    | { by: "set-time"; length_ms: number }
    | { by: "idle"; idle_ms: number; not_before_ms: number; latest_ms?: number };
  extension?: {
    window_ms: number;
    length_ms: number;
    anchor: "from-bid" | "added";
    trigger: { on: "any-bid" | "beats-another" } | { on: "changes-rank"; rank_max: number };
    count_max?: number;
    end_max_ms?: number;
  };
  random_tail_ms?: number;
}

export type StepSize =
  | { by: "amount"; amount: string }
  | { by: "percent"; percent: string }
  | { by: "bands"; bands: readonly { from: string; amount: string }[] };

// ---- Reading

/** One message of the server; none when the text is no message of this protocol. */
export function readMessage(text: string): FromServer | undefined {
  try {
    const message: unknown = JSON.parse(text);
    const isMessage = typeof message === "object" && message !== null && "type" in message;
    return isMessage ? (message as FromServer) : undefined;
  } catch {
    return undefined;
  }
}

/** The told part of a receipt. */
export function readTold(proof: Proof): Told {
  return JSON.parse(proof.told) as Told;
}
