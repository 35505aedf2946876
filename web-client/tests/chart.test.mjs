import assert from "node:assert/strict";
import test from "node:test";
import { apart } from "../src/chart/apart";
import { columnTimes, heights } from "../src/chart/columns";
import { Offers } from "../src/chart/offers";
import { POINTS_MAX, Series } from "../src/chart/series";

const price = (text) => ({ price: text });
const held = (series) => series.points.map(({ at, values }) => [at, values?.price]);

test("a line holds changes in the order of time, also those told late", () => {
  const series = new Series();
  series.add(10, price("100"));
  assert.equal(series.add(20, price("100")), false);
  series.add(30, price("90"));
  series.add(20, price("95"));
  assert.deepEqual(held(series), [[10, "100"], [20, "95"], [30, "90"]]);
});

test("what is told late of the offer that holds now moves its beginning", () => {
  const series = new Series();
  series.add(50, price("90"));
  series.add(20, price("100"));
  series.add(30, price("90"));
  assert.deepEqual(held(series), [[20, "100"], [30, "90"]]);
});

test("a line is bounded and keeps its first and its newest points", () => {
  const series = new Series();
  for (let at = 0; at < 10 * POINTS_MAX; at++) series.add(at, price(String(at)));
  assert.ok(series.points.length <= POINTS_MAX);
  assert.equal(series.points[0].at, 0);
  assert.deepEqual(held(series).slice(-2), [[3998, "3998"], [3999, "3999"]]);
});

test("heights hold what was offered until the next change", () => {
  const series = new Series();
  series.add(10, price("100.00"));
  series.add(20, price("90.50"));
  series.add(30, undefined);
  assert.deepEqual(heights(series.points, "price", columnTimes(0, 40, 5)), [null, 100, 90.5, null, null]);
  assert.equal(columnTimes(0.1, 1_795_200_300_000.7, 480)[479], 1_795_200_300_000.7);
});

test("offers come from rows, feed and receipts, and an excluded bidder's line ends", () => {
  const offers = new Offers();
  offers.told([
    { f: 1, at: 10, news: "attempted", alias: 1, n: 1, values: price("1 00,00") },
    { f: 2, at: 11, news: "attempted", alias: 1, n: 2, values: price("5"), refusal: { name: "above-hard-limit" } },
    { f: 3, at: 12, news: "best-changed", best: { values: price("100.00") } },
  ]);
  offers.seen({ state: "open", rows: [{ alias: 1, values: price("90.00") }, { alias: 2 }] }, 20);
  offers.seen({ state: "open", rows: [{ alias: 1, excluded: true }] }, 30);
  assert.deepEqual(held(offers.byAlias.get(1)), [[10, "100.00"], [20, "90.00"], [30, undefined]]);
  assert.equal(offers.byAlias.has(2), false);
  const told = JSON.stringify({ received_at: 15, act: {}, outcome: { events: [{ type: "bid-accepted", values: price("95.00") }] } });
  offers.ownSeen({ values: price("95.00") });
  offers.received({ accepted: true, receipt: { told } });
  offers.received({ accepted: false, receipt: { told } });
  assert.deepEqual(held(offers.own), [[15, "95.00"]]);
  assert.deepEqual(held(offers.best), [[12, "100.00"]]);
});

test("names at the ends of lines keep apart and stay inside", () => {
  assert.deepEqual(apart([0, 3, 50], 10, 100), [0, 10, 50]);
  assert.deepEqual(apart([95, 96, 97], 10, 100), [80, 90, 100]);
  assert.deepEqual(apart([], 10, 100), []);
});
