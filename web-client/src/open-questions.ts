import type { Item } from "./protocol";

type Asked = Extract<Item, { news: "asked" }>;

/** Questions that nobody answered yet, oldest first. */
export function openQuestions(feed: readonly Item[]): Asked[] {
  const answered = new Set(feed.flatMap((item) => (item.news === "answered" ? [item.question] : [])));
  return feed.filter((item): item is Asked => item.news === "asked" && !answered.has(item.question));
}
