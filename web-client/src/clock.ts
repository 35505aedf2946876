import { signal } from "@preact/signals";

/** Round trips that are remembered; the shortest of them decides. */
const SAMPLES_MAX = 10;
/** Two measurements may differ by their round trips and so much more before a clock has jumped. */
const DRIFT_MS = 50;

interface Sample {
  /** Server's clock minus own monotonic clock. */
  lead: number;
  /** Server's clock minus own wall clock. */
  offset: number;
  roundTrip: number;
}

/** The server's clock as seen from here, by the pong with the shortest round trip of the last ten.
 *  The countdown stands on the monotonic clock, so that setting the computer's clock moves nothing;
 *  the wall clock is only compared, for the person to see. */
export class ServerClock {
  #samples: Sample[] = [];
  /** From `hello`: late by the way here, so only until the first pong. */
  #firstLead: number | undefined;

  /** The server said its time, without a round trip to judge it by. */
  told(now: number, monotonic: number): void {
    this.#samples = [];
    this.#firstLead = now - monotonic;
  }

  /** A pong: `sent` and `received` on the monotonic clock, `wall` own wall clock at `received`. */
  measured(sent: number, now: number, received: number, wall: number): void {
    const roundTrip = received - sent;
    const middle = now + roundTrip / 2;
    const sample: Sample = { lead: middle - received, offset: middle - wall, roundTrip };
    if (this.#samples.some((known) => contradicts(known, sample))) this.#samples = [];
    this.#samples.push(sample);
    if (this.#samples.length > SAMPLES_MAX) this.#samples.shift();
  }

  get best(): Readonly<Sample> | undefined {
    const [first, ...others] = this.#samples;
    if (first === undefined) return undefined;
    return others.reduce((best, other) => (other.roundTrip <= best.roundTrip ? other : best), first);
  }

  /** The server's time at a moment of the monotonic clock; none before the server spoke. */
  at(monotonic: number): number | undefined {
    const lead = this.best?.lead ?? this.#firstLead;
    return lead === undefined ? undefined : monotonic + lead;
  }
}

/** A true time lies within half a round trip of its measurement; two that cannot both be true mean
 *  that the computer slept or its clock was set. */
function contradicts(one: Sample, other: Sample): boolean {
  const reach = (one.roundTrip + other.roundTrip) / 2 + DRIFT_MS;
  return Math.abs(one.lead - other.lead) > reach || Math.abs(one.offset - other.offset) > reach;
}

/** The server's time for the page, renewed as each second of it begins. */
export function tickingClock(clock: ServerClock) {
  const now = signal<number | undefined>(undefined);
  let timer: number | undefined;
  const tick = () => {
    now.value = clock.at(performance.now());
    const intoSecond = now.value === undefined ? 0 : now.value % 1000;
    clearTimeout(timer);
    timer = window.setTimeout(tick, 1000 - intoSecond + 1);
  };
  return { now, tick };
}
