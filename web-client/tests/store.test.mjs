import assert from "node:assert/strict";
import test from "node:test";
import { reconnectPause } from "../src/connection";
import { Unanswered } from "../src/commands";
import { AuctionStore, FEED_MAX } from "../src/store";

const OPEN = { state: "open", phase: { index: 0, of: 1, closes_at: 9_000, extensions: 0 } };
const OWN = { accepted_terms: true, excluded: false, limits: {}, n: 0 };

const item = (f) => ({ f, at: f, news: "resumed", closes_at: 0 });
const items = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => item(from + i));
const state = (f, feed) => ({ type: "state", auction: "a", f, feed, state: { ...OPEN, participants: f } });
const joined = (f, feed, own) => ({
  type: "joined", auction: "a", role: "bidder", now: 0, settle_ms: 20,
  terms: {}, terms_hash: "5f", f, feed, state: OPEN, own,
});
const receipt = (n, id = `b-${n}`, more = {}) => ({
  type: "receipt", auction: "a", id, n, accepted: true, receipt: { told: "{}" }, ...more,
});
const bid = (id) => ({ type: "bid", auction: "a", id, values: { price: "1" } });

function inAuction(f = 3) {
  const store = new AuctionStore("a");
  store.join();
  store.hear(joined(f, items(1, f), OWN));
  return store;
}

test("joins with nothing known, then follows the feed", () => {
  const store = new AuctionStore("a");
  assert.deepEqual(store.join(), { type: "join", auction: "a", f: 0, n: 0 });
  assert.equal(store.hear(joined(2, items(1, 2), OWN)), "nothing");
  assert.equal(store.hear(state(4, items(3, 4))), "nothing");
  assert.deepEqual(store.feed.value.map(({ f }) => f), [1, 2, 3, 4]);
  assert.equal(store.state.value.participants, 4);
});

test("a gap in the feed asks to join again, and nothing is shown before the answer", () => {
  const store = inAuction();
  assert.equal(store.hear(state(6, items(5, 6))), "join-again");
  assert.equal(store.state.value.participants, undefined);
  assert.deepEqual(store.join(), { type: "join", auction: "a", f: 3, n: 0 });
  assert.equal(store.hear(state(7, items(7, 7))), "nothing");
  assert.equal(store.state.value.participants, undefined);
  store.hear(joined(7, items(4, 7), OWN));
  assert.deepEqual(store.feed.value.map(({ f }) => f), [1, 2, 3, 4, 5, 6, 7]);
  assert.equal(store.hear(state(8, items(8, 8))), "nothing");
});

test("an empty feed with a later f is a gap too", () => {
  assert.equal(inAuction().hear(state(5, [])), "join-again");
});

test("known frames are ignored, a state without news is not", () => {
  const store = inAuction();
  assert.equal(store.hear(state(2, items(1, 2))), "nothing");
  assert.equal(store.hear(state(3, items(3, 3))), "nothing");
  assert.equal(store.state.value.participants, undefined);
  assert.equal(store.hear(state(3, [])), "nothing");
  assert.equal(store.state.value.participants, 3);
});

test("the feed is bounded", () => {
  const store = inAuction(1);
  store.hear(state(FEED_MAX + 10, items(2, FEED_MAX + 10)));
  assert.equal(store.feed.value.length, FEED_MAX);
  assert.equal(store.feed.value[0].f, 11);
});

test("a question waits for its answer, however old", () => {
  const store = new AuctionStore("a");
  store.join();
  store.hear(joined(1, [{ f: 1, at: 1, news: "asked", question: 7, text: "A?" }], OWN));
  store.hear(state(FEED_MAX + 10, items(2, FEED_MAX + 10)));
  assert.deepEqual(store.feed.value.slice(0, 2).map(({ f }) => f), [1, 11]);
  const answered = { f: FEED_MAX + 11, at: 1, news: "answered", question: 7, asked: "A?", text: "B." };
  store.hear(state(FEED_MAX + 11, [answered]));
  assert.equal(store.feed.value[0].f, 12);
});

test("receipts stand once, in order, and joining names the last without a hole", () => {
  const store = inAuction();
  for (const n of [1, 4, 2, 2]) store.hear(receipt(n));
  assert.deepEqual(store.receipts.value.map(({ n }) => n), [1, 2, 4]);
  assert.equal(store.join().n, 2);
});

test("answers of other tabs join the list but answer nothing here", () => {
  const store = inAuction();
  store.hear(receipt(1));
  assert.equal(store.answer.value, undefined);
  store.hear(receipt(2), bid("b-2"));
  assert.equal(store.answer.value.command.id, "b-2");
});

test("unavailable is sent again, other refusals are answers", () => {
  const store = inAuction();
  const refused = (name) => ({ type: "refused", auction: "a", id: "b-1", code: 1, refusal: { name }, sentence: { pl: "", en: "" } });
  assert.equal(store.hear(refused("unavailable"), bid("b-1")), "send-again");
  assert.equal(store.answer.value, undefined);
  assert.equal(store.hear(refused("too-fast"), bid("b-1")), "nothing");
  assert.equal(store.answer.value.accepted, false);
});

test("overtaken until the own next bid or a better position", () => {
  const store = inAuction();
  const own = (position) => store.hear({ type: "own", auction: "a", own: { ...OWN, position } });
  own(1);
  assert.equal(store.overtaken.value, false);
  own(2);
  assert.equal(store.overtaken.value, true);
  own(2);
  assert.equal(store.overtaken.value, true);
  own(1);
  assert.equal(store.overtaken.value, false);
  own(3);
  store.hear(receipt(1), bid("b-1"));
  assert.equal(store.overtaken.value, false);
});

test("a refused join says why", () => {
  const store = new AuctionStore("a");
  store.join();
  store.hear({ type: "refused", auction: "a", code: 503, refusal: { name: "not-found" }, sentence: { pl: "", en: "" } });
  assert.equal(store.denied.value.code, 503);
});

test("a join that came too fast is tried again, and denies nothing", () => {
  const store = new AuctionStore("a");
  store.join();
  assert.equal(store.hear({ type: "refused", auction: "a", code: 403, refusal: { name: "too-fast" }, sentence: { pl: "", en: "" } }), "join-later");
  assert.equal(store.denied.value, undefined);
});

test("commands are told apart by auction", () => {
  const unanswered = new Unanswered();
  unanswered.add(bid("b-1"));
  unanswered.add({ ...bid("b-2"), auction: "b" });
  assert.deepEqual(unanswered.of("b").map(({ id }) => id), ["b-2"]);
  assert.deepEqual(unanswered.of("c"), []);
});

test("a command waits until it is answered, once", () => {
  const unanswered = new Unanswered();
  unanswered.add(bid("b-1"));
  unanswered.add(bid("b-2"));
  assert.equal(unanswered.answered("b-1"), true);
  assert.equal(unanswered.answered("b-1"), false);
  assert.deepEqual(unanswered.all.map(({ id }) => id), ["b-2"]);
});

test("pauses between attempts double, are bounded and differ by chance", () => {
  assert.deepEqual([1, 2, 3, 9].map((attempt) => reconnectPause(attempt, 0)), [250, 500, 1_000, 5_000]);
  assert.equal(reconnectPause(3, 1), 500);
});

test("an answer tells what the command came to", () => {
  const store = inAuction();
  const told = JSON.stringify({ outcome: { events: [{ type: "bid-held", values: {} }] } });
  store.hear(receipt(1, "b-1", { receipt: { told } }), bid("b-1"));
  assert.equal(store.answer.value.became, "bid-held");
});
