import type { Item } from "../protocol";

/** How long an alarm stands above the cockpit; the feed keeps it. */
const ALARM_SHOWN_MS = 5 * 60_000;

export type Alarm = Extract<Item, { news: "connections-dropped" | "refused-outside" }>;

/** What an officer should look at now: many connections lost at once, attempts that the server
 *  turned away before they became entries of the log. Newest of each kind. */
export function alarmsOf(feed: readonly Item[], now: number | undefined): Alarm[] {
  const newest = new Map<string, Alarm>();
  for (const item of feed) {
    const isAlarm = item.news === "connections-dropped" || item.news === "refused-outside";
    if (isAlarm && (now === undefined || now - item.at <= ALARM_SHOWN_MS)) newest.set(item.news, item);
  }
  return [...newest.values()];
}
