import assert from "node:assert/strict";
import test from "node:test";
import { alarmsOf } from "../src/cockpit/alarms";
import { openQuestions } from "../src/open-questions";
import { bestOf, bestOpening, difference, saving } from "../src/cockpit/savings";

test("differences are exact", () => {
  const rows = [
    ["120000.00", "118450.00", "1550.00"],
    ["0.30", "0.10", "0.20"],
    ["100", "99.995", "0.005"],
    ["1.00", "1.01", "-0.01"],
    ["9007199254740993", "1", "9007199254740992"],
    ["1,00", "1", undefined],
  ];
  for (const [one, other, expected] of rows) assert.equal(difference(one, other), expected);
  assert.equal(saving("10", "12", "highest"), "2");
});

test("the best of offers follows the direction, however it is written", () => {
  assert.equal(bestOf(["100.00", "99.50", "99.5", "100.5"], "lowest"), "99.50");
  assert.equal(bestOf(["9", "10", "8"], "highest"), "10");
  assert.equal(bestOf([], "lowest"), undefined);
  const rows = [{ opening: { price: "120.00" } }, { opening: { price: "110.00" } }, {}];
  assert.equal(bestOpening(rows, "price", "lowest"), "110.00");
});

test("alarms stand for five minutes, the newest of each kind", () => {
  const feed = [
    { f: 1, at: 1_000, news: "connections-dropped", before: 9, now: 1 },
    { f: 2, at: 2_000, news: "connections-dropped", before: 5, now: 2 },
    { f: 3, at: 2_000, news: "closed" },
  ];
  assert.deepEqual(alarmsOf(feed, 3_000).map(({ f }) => f), [2]);
  assert.deepEqual(alarmsOf(feed, 2_000 + 5 * 60_000 + 1), []);
});

test("questions are open until they are answered", () => {
  const feed = [
    { f: 1, at: 1, news: "asked", question: 1, text: "A?" },
    { f: 2, at: 2, news: "asked", question: 2, text: "B?" },
    { f: 3, at: 3, news: "answered", question: 1, asked: "A, inaczej?", text: "Tak." },
  ];
  assert.deepEqual(openQuestions(feed).map(({ question }) => question), [2]);
});
