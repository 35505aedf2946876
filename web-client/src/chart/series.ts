import type { Amounts } from "../protocol";

/** Points that one line keeps; past that, every other older one goes. */
export const POINTS_MAX = 400;

/** What a bidder offered, or what was best, from `at` on; nothing when the offer fell away. */
export interface Point {
  at: number;
  values: Amounts | undefined;
}

/** One line of the chart: offers in the order of time, bounded. */
export class Series {
  #points: Point[] = [];

  get points(): readonly Point[] {
    return this.#points;
  }

  get last(): Point | undefined {
    return this.#points[this.#points.length - 1];
  }

  /** Takes in an offer, also a past one; what held before already adds nothing. */
  add(at: number, values: Amounts | undefined): boolean {
    let place = this.#points.length;
    while ((this.#points[place - 1]?.at ?? -Infinity) > at) place -= 1;
    if (isSame(this.#points[place - 1]?.values, values)) return false;
    const heldAfterwards = place < this.#points.length && isSame(this.#points[place]?.values, values);
    this.#points.splice(place, heldAfterwards ? 1 : 0, { at, values });
    if (this.#points.length > POINTS_MAX) this.#thin();
    return true;
  }

  /** Drops every other point but the first and the newer half, which is looked at most. */
  #thin(): void {
    const newer = this.#points.length / 2;
    this.#points = this.#points.filter((_, index) => index >= newer || index % 2 === 0);
  }
}

function isSame(one: Amounts | undefined, other: Amounts | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
