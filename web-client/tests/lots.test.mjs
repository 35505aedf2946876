import assert from "node:assert/strict";
import test from "node:test";
import { besides, lotsOf } from "../src/lots";
import { othersQuestions, ownQuestions } from "../src/room/questions";

const title = { pl: "Odbiór odpadów", en: "Waste collection" };

test("a page of one auction names no lot", () => {
  assert.deepEqual(lotsOf(undefined, "a"), [{ auction: "a", name: undefined }]);
  assert.deepEqual(lotsOf(JSON.stringify([{ auction: "b", number: "1", title }]), "a"), [{ auction: "b", name: undefined }]);
  assert.deepEqual(lotsOf(undefined, undefined), []);
});

test("several lots keep their order and names", () => {
  const json = JSON.stringify([{ auction: "a", number: "1", title }, { auction: "b", number: "2", title }]);
  assert.deepEqual(lotsOf(json, "a").map(({ auction, name }) => `${auction} ${name.number}`), ["a 1", "b 2"]);
});

test("keys go round the lots", () => {
  assert.deepEqual([besides(0, -1, 3), besides(2, 1, 3), besides(1, 1, 3)], [2, 0, 2]);
});

test("own questions stand with their answers, others' only once answered", () => {
  const asked = (n, text, accepted = true) => ({
    n, accepted, receipt: { told: JSON.stringify({ received_at: n, act: { type: "ask", text } }) },
  });
  const feed = [
    { f: 1, at: 5, news: "answered", asked: "A?", text: "Tak." },
    { f: 2, at: 6, news: "answered", asked: "X?", text: "Nie." },
  ];
  const own = ownQuestions([asked(1, "A?"), asked(2, "B?"), asked(3, "C?", false)], feed);
  assert.deepEqual(own, [{ asked: "A?", at: 1, answers: ["Tak."] }, { asked: "B?", at: 2, answers: [] }]);
  assert.deepEqual(othersQuestions(own, feed), [{ asked: "X?", at: undefined, answers: ["Nie."] }]);
});
