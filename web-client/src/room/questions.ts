import { type Item, type Receipt, readTold } from "../protocol";

/** A technical question and what came of it. */
export interface Question {
  asked: string;
  /** When the server read an own question; not of others' questions. */
  at: number | undefined;
  answers: readonly string[];
}

/** Own questions, oldest first, with the answers that were given to all. */
export function ownQuestions(receipts: readonly Receipt[], feed: readonly Item[]): Question[] {
  return receipts.flatMap(({ accepted, receipt }) => {
    const { act, received_at } = readTold(receipt);
    if (!accepted || act?.type !== "ask") return [];
    return [{ asked: act.text, at: received_at, answers: answersTo(act.text, feed) }];
  });
}

/** Answered questions of anybody else, oldest first. */
export function othersQuestions(own: readonly Question[], feed: readonly Item[]): Question[] {
  const mine = new Set(own.map(({ asked }) => asked));
  const others = new Set(feed.flatMap((item) => (item.news === "answered" && !mine.has(item.asked) ? [item.asked] : [])));
  return [...others].map((asked) => ({ asked, at: undefined, answers: answersTo(asked, feed) }));
}

function answersTo(asked: string, feed: readonly Item[]): string[] {
  return feed.flatMap((item) => (item.news === "answered" && item.asked === asked ? [item.text] : []));
}
