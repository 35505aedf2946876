import type { ValueId } from "../protocol";
import type { Point } from "./series";

/** The height of one line in each column of a chart; nothing where it has no offer. */
export type Heights = (number | null)[];

/** Server times of `count` columns from `from` to `to`, both of them drawn. */
export function columnTimes(from: number, to: number, count: number): number[] {
  const step = (to - from) / (count - 1);
  return Array.from({ length: count }, (_, column) => (column === count - 1 ? to : from + column * step));
}

/** What held of one value at each time. Numbers are for drawing alone. */
export function heights(points: readonly Point[], value: ValueId, times: readonly number[]): Heights {
  let next = 0;
  let held: number | null = null;
  return times.map((time) => {
    for (let point = points[next]; point !== undefined && point.at <= time; point = points[next]) {
      const text = point.values?.[value];
      held = text === undefined ? null : Number(text);
      next += 1;
    }
    return held;
  });
}
