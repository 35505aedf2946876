/** How figures and times look. Display only: nothing here calculates an amount. */

import type { Amounts, Value } from "./protocol";
import type { Language } from "./words";

const NBSP = "\u00a0";
const MINUS = "\u2212";
const ZONE = "Europe/Warsaw";

const SECOND_MS = 1_000;
const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;

/** "118450.00" is "118 450,00" in Polish and "118 450.00" in English: no comma ever groups
 *  thousands, as a bidder who copies one would type another amount. */
export function decimal(text: string, language: Language): string {
  const [, sign = "", whole = "", fraction] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === "") return text;
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, NBSP);
  const mark = language === "pl" ? "," : ".";
  return `${sign && MINUS}${grouped}${fraction === undefined ? "" : mark + fraction}`;
}

/** An amount with its unit: "118 450,00 zł", "14 dni". */
export function amount(text: string, unit: string, language: Language): string {
  const named = unit === "dni" && text === "1" && language === "en" ? "day" : unitName(unit, language);
  return `${decimal(text, language)}${NBSP}${named}`;
}

export function unitName(unit: string, language: Language): string {
  // The units that presets have.
  if (unit === "PLN" && language === "pl") return "zł";
  return unit === "dni" && language === "en" ? "days" : unit;
}

/** All values of an offer in the order of the terms: "118 450,00 zł · 14 dni". */
export function offer(values: Amounts, terms: readonly Value[], language: Language): string {
  return terms
    .flatMap(({ id, unit }) => {
      const value = values[id];
      return value === undefined ? [] : [amount(value, unit, language)];
    })
    .join(" · ");
}

/** What somebody typed, as a plain decimal with the digits of the value; none when it cannot be
 *  read. Spaces may stand between digits, and a comma or point once, as the server reads it. */
export function typedDecimal(text: string, decimals: number): string | undefined {
  const compact = text.trim().replace(/[ \u00a0\u202f]/g, "").replace(",", ".");
  const [, zeros, whole, fraction = ""] = /^(0*)(\d+)(?:\.(\d+))?$/.exec(compact) ?? [];
  if (zeros === undefined || whole === undefined) return undefined;
  const digits = fraction.replace(/0+$/, "");
  if (digits.length > decimals) return undefined;
  return decimals === 0 ? whole : `${whole}.${digits.padEnd(decimals, "0")}`;
}

/** "12:08:10" in Warsaw. */
export function time(at: number, language: Language): string {
  return formatter(language, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(at);
}

/** "piątek, 20 listopada 2026, 12:00:00" in Warsaw. */
export function dateTime(at: number, language: Language): string {
  const day = formatter(language, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  return `${day.format(at)}, ${time(at, language)}`;
}

function formatter(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const locale = language === "pl" ? "pl-PL" : "en-GB";
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: ZONE, hourCycle: "h23" });
}

/** Time left: whole days apart, the rest as "1:02:35" or "2:35". A begun second counts as whole, so
 *  that zero means the end. */
export function timeLeft(ms: number): { days: number; clock: string } {
  const seconds = Math.max(0, Math.ceil(ms / SECOND_MS));
  const rest = seconds % DAY_S;
  const days = (seconds - rest) / DAY_S;
  const hours = Math.floor(rest / HOUR_S);
  const minutes = Math.floor((rest % HOUR_S) / 60);
  const tail = `${twoDigits(minutes)}:${twoDigits(rest % 60)}`;
  if (days > 0 || hours > 0) return { days, clock: `${hours}:${tail}` };
  return { days, clock: `${minutes}:${twoDigits(rest % 60)}` };
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}

/** A length of time in terms and refusals: "1 h 30 min", "2 min", "20 s", "500 ms". */
export function duration(ms: number): string {
  if (ms % SECOND_MS !== 0) return `${ms}${NBSP}ms`;
  const seconds = ms / SECOND_MS;
  const parts: [number, string][] = [
    [Math.floor(seconds / HOUR_S), "h"],
    [Math.floor((seconds % HOUR_S) / 60), "min"],
    [seconds % 60, "s"],
  ];
  const said = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count}${NBSP}${unit}`);
  return said.join(" ") || `0${NBSP}s`;
}

/** Milliseconds as signed tenths of a second: 120 is "+0,1" in Polish. */
export function signedSeconds(ms: number, language: Language): string {
  const tenths = Math.round(ms / 100);
  const size = Math.abs(tenths);
  const text = decimal(`${Math.floor(size / 10)}.${size % 10}`, language);
  return `${tenths < 0 ? MINUS : "+"}${text}`;
}
