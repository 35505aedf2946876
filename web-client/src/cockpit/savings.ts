import type { Amounts, Direction, Row, ValueId } from "../protocol";

/** The exact difference of two plain decimals, `one - other`; none when one is no decimal. */
export function difference(one: string, other: string): string | undefined {
  const decimals = Math.max(decimalsOf(one), decimalsOf(other));
  const [a, b] = [units(one, decimals), units(other, decimals)];
  if (a === undefined || b === undefined) return undefined;
  return decimalOf(a - b, decimals);
}

/** Of several decimals the best: the lowest, or the highest where more is better. */
export function bestOf(amounts: readonly string[], direction: Direction): string | undefined {
  const [first, ...others] = amounts;
  return others.reduce((best: string | undefined, amount) => {
    const gain = best === undefined ? undefined : saving(best, amount, direction);
    return gain === undefined || gain.startsWith("-") || /^[0.]+$/.test(gain) ? best : amount;
  }, first);
}

/** What `now` is better than `before` by; with a minus when it is worse. */
export function saving(before: string, now: string, direction: Direction): string | undefined {
  return direction === "lowest" ? difference(before, now) : difference(now, before);
}

/** The best of the written offers in one value. */
export function bestOpening(rows: readonly Row[], value: ValueId, direction: Direction): string | undefined {
  const openings = rows.flatMap(({ opening }: { opening?: Amounts }) => opening?.[value] ?? []);
  return bestOf(openings, direction);
}

function decimalsOf(text: string): number {
  return text.split(".")[1]?.length ?? 0;
}

/** The decimal in units of its last place. */
function units(text: string, decimals: number): bigint | undefined {
  const [, sign = "", whole = "", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  return whole === "" ? undefined : BigInt(`${sign}${whole}${fraction.padEnd(decimals, "0")}`);
}

function decimalOf(units: bigint, decimals: number): string {
  const digits = String(units < 0n ? -units : units).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const sign = units < 0n ? "-" : "";
  return decimals === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-decimals)}`;
}
