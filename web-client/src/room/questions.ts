import { type OwnQuestion, type Receipt, readTold } from "../protocol";

/** An own technical question. */
export interface Asked {
  n: number;
  /** When the server read it. */
  at: number;
  text: string;
  answered: boolean;
}

/** Own questions, oldest first: the server lists them, their texts stand in the receipts. */
export function ownQuestions(questions: readonly OwnQuestion[], receipts: readonly Receipt[]): Asked[] {
  return questions.flatMap(({ n, answered }) => {
    const receipt = receipts.find((receipt) => receipt.n === n);
    const told = receipt && readTold(receipt.receipt);
    return told?.act.type === "ask" ? [{ n, at: told.received_at, text: told.act.text, answered }] : [];
  });
}
