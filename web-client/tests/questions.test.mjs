import assert from "node:assert/strict";
import test from "node:test";
import { ownQuestions } from "../src/room/questions";

test("own questions have their texts from the receipts", () => {
  const receipt = (n, act) => ({ n, receipt: { told: JSON.stringify({ received_at: 10 * n, act }) } });
  const receipts = [receipt(1, { type: "accept-terms" }), receipt(2, { type: "ask", text: "A?" })];
  const questions = [{ n: 2, answered: true }, { n: 3, answered: false }];
  assert.deepEqual(ownQuestions(questions, receipts), [{ n: 2, at: 20, text: "A?", answered: true }]);
});
