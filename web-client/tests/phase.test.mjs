import assert from "node:assert/strict";
import test from "node:test";
import { Offers } from "../src/chart/offers";
import { comparedName, comparedText, priceOf } from "../src/compared";
import { deadlineOf } from "../src/deadline";
import { bestText, gapText, newsSentence, typedOffer } from "../src/news";
import { courseText, isOwnTurn, mayBid, phaseName } from "../src/phase";
import { windowTitle } from "../src/window-title";
import { wordsOf } from "../src/words";

const words = wordsOf("pl");
const price = { id: "price", name: { pl: "Cena", en: "Price" }, unit: "PLN", decimals: 2, direction: "lowest", tax: "gross" };
const TERMS = { title: { pl: "Drewno" }, values: [price], evaluation: { by: "lowest-price" }, phases: [{ run: { kind: "turns" } }] };
const plain = (text) => text?.replaceAll("\u00a0", " ");
const open = (phase) => ({ state: "open", phase: { index: 0, of: 1, extensions: 0, closes_at: 9_000, ...phase } });
const turns = (alias) => open({ kind: "turns", turn: { alias, turn: 2, of: 5 } });
const page = (state, own, terms = TERMS) => ({
  words, language: "pl", lot: { name: undefined }, lots: { pages: [] }, now: { value: 4_000 },
  connection: { link: { value: { state: "connected" } } },
  store: { state: { value: state }, own: { value: own }, seat: { value: { terms } }, overtaken: { value: false } },
});
const told = (item, own) => plain(newsSentence({ f: 1, at: 0, ...item }, { words, language: "pl", terms: TERMS, rows: [], own }).text);

test("only the bidder whose turn it is may enter something", () => {
  const own = { alias: 3 };
  assert.equal(mayBid(turns(3), own), true);
  assert.equal(mayBid(turns(2), own), false);
  assert.equal(mayBid(open({ kind: "turns" }), own), false);
  assert.equal(isOwnTurn({ ...turns(3), state: "paused" }, own), false);
  // Before the opening nobody has an alias, and nobody's turn is not one's own.
  assert.equal(isOwnTurn(open({ kind: "turns" }), {}), false);
  assert.equal(mayBid(open({ kind: "open" }), own), true);
  assert.equal(mayBid(open({ kind: "open" }), { ...own, barred: true }), false);
  assert.equal(mayBid(open({ kind: "sealed-bid" }), { ...own, sealed: true }), false);
});

test("the course of a phase in a few words", () => {
  assert.equal(courseText(page(turns(3), { alias: 3 })), "Twoja kolej (2 z 5)");
  assert.equal(courseText(page(turns(2), { alias: 3 })), "Kolej: Wykonawca 2 (2 z 5)");
  assert.equal(courseText(page(turns(2), undefined)), "Kolej: Wykonawca 2 (2 z 5)");
  const level = open({ kind: "descending-clock", level: "90.00", remaining: 4 });
  assert.equal(plain(courseText(page(level, {}))), "Poziom: 90,00 zł · pozostało: 4");
  assert.equal(courseText(page(open({ kind: "open" }), {})), undefined);
  assert.match(courseText(page(open({ kind: "sealed-bid" }), {})), /po otwarciu/);
});

test("one open phase has no name", () => {
  assert.equal(phaseName(open({ kind: "open" }).phase, words), undefined);
  assert.equal(phaseName(open({ kind: "turns" }).phase, words), "po kolei");
  assert.equal(phaseName({ ...open({ kind: "sealed-bid" }).phase, index: 1, of: 3 }, words), "etap 2 z 3 · zapieczętowane wartości");
});

test("the title says turn and level", () => {
  assert.equal(windowTitle(page(turns(3), { alias: 3 })), "0:05 · Twoja kolej · Drewno");
  assert.equal(windowTitle(page(turns(2), { alias: 3 })), "0:05 · Drewno");
  assert.equal(plain(windowTitle(page(open({ kind: "ascending-clock", level: "70.00" }), {}))), "0:05 · 70,00 zł · Drewno");
});

test("the title says where else the own turn is", () => {
  const here = page(open({ kind: "open" }), {});
  const there = { ...page(turns(3), { alias: 3 }), lot: { name: { number: "2" } } };
  assert.equal(windowTitle({ ...here, lots: { pages: [here, there] } }), "0:05 · Twoja kolej: część 2 · Drewno");
});

test("the countdown runs to the end of what stands", () => {
  const key = (phase) => deadlineOf(open(phase)).key;
  assert.equal(key({ kind: "turns" }), "until-turn-end");
  assert.equal(key({ kind: "ascending-clock" }), "until-level-end");
  assert.equal(key({ kind: "sealed-bid" }), "until-unsealing");
  assert.equal(key({ kind: "tie-break" }), "until-tie-break-end");
  assert.equal(key({ kind: "open" }), "until-close");
  assert.deepEqual(deadlineOf(open({ kind: "open", closes_from: 5_000 })), { key: "until-random", at: 5_000, closes: true, latest: 9_000 });
  const title = (now) => windowTitle({ ...page(open({ kind: "open", closes_from: 5_000 }), {}), now: { value: now } });
  assert.equal(title(4_000), "0:01 · Drewno");
  assert.equal(title(5_000), "w każdej chwili · Drewno");
});

test("news of every phase", () => {
  assert.equal(told({ news: "turn-started", alias: 2, closes_at: 0 }, 2), "Twoja kolej do 01:00:00.");
  assert.equal(told({ news: "turn-started", alias: 2, closes_at: 0 }, 1), "Kolej: Wykonawca 2, do 01:00:00.");
  assert.equal(told({ news: "level-started", level: "90.00", closes_at: 0 }), "Poziom 90,00 zł do 01:00:00.");
  assert.equal(told({ news: "level-ended", remaining: 0 }), "Koniec poziomu, pozostało: 0.");
  assert.equal(told({ news: "level-ended" }), "Koniec poziomu.");
  assert.equal(told({ news: "left", alias: 4 }), "Wykonawca 4 rezygnuje z dalszych poziomów.");
  assert.equal(told({ news: "phase-started", phase: 0, closes_at: 0 }), "Aukcja otwarta: po kolei.");
  assert.equal(told({ news: "attempted", alias: 1, n: 2, values: {} }), "Wykonawca 1, próba 2: zapieczętowana wartość.");
  assert.equal(told({ news: "attempted", alias: 1, n: 2, values: { level: "90.00" } }), "Wykonawca 1, próba 2: 90,00 zł.");
});

test("a level is written as an amount, also where a value has that name", () => {
  assert.equal(plain(typedOffer({ level: "90.00" }, TERMS, "pl")), "90,00 zł");
  const named = { ...TERMS, values: [{ ...price, id: "level", unit: "m", decimals: 1 }] };
  assert.equal(plain(typedOffer({ level: "3,5" }, named, "pl")), "3,5 m");
});

test("what offers are compared by is named by the evaluation", () => {
  const energy = { ...TERMS, evaluation: { by: "net-present-value" }, values: [{ ...price, id: "share", unit: "%", tax: undefined }] };
  assert.equal(plain(comparedText("87000.00", TERMS, "pl")), "87 000,00 zł");
  assert.equal(plain(comparedText("87000.00", energy, "pl")), "87 000,00");
  for (const by of ["lowest-price", "normalised-price", "life-cycle-cost", "mixed", "net-present-value"]) {
    assert.doesNotMatch(comparedName({ evaluation: { by } }, words), /^compared-/);
  }
  const around = { words, language: "pl", terms: { ...TERMS, evaluation: { by: "normalised-price" } }, rows: [] };
  const best = { values: { price: "100.00" }, compared: "87.50" };
  assert.equal(plain(bestText(best, around)), "100,00 zł · cena znormalizowana: 87,50 zł");
  assert.equal(plain(gapText("1.00", { ...around, terms: energy })), "1,00");
});

test("the price is the total of line items, and the taxed value of several", () => {
  const nails = { ...price, id: "nails" };
  const days = { ...price, id: "days", unit: "dni", tax: undefined };
  assert.equal(priceOf({ ...TERMS, values: [nails, price], items: { total: "price", quantities: { nails: "2" } } }).id, "price");
  assert.equal(priceOf({ ...TERMS, values: [days, price] }).id, "price");
  assert.equal(priceOf({ ...TERMS, values: [{ ...price, direction: "highest" }] }), undefined);
});

test("the chart waits for what counts only at the end of a turn or level", () => {
  const offers = new Offers();
  const attempt = (f, values) => ({ f, at: f, news: "attempted", alias: 1, n: f, values });
  offers.told([attempt(1, { price: "9" }), { f: 2, at: 2, news: "turn-started", alias: 1, closes_at: 9 }, attempt(3, { price: "8" })]);
  assert.deepEqual(offers.byAlias.get(1).points.map(({ values }) => values.price), ["9"]);
  offers.told([{ f: 4, at: 4, news: "phase-started", phase: 1, closes_at: 9 }, attempt(5, {}), attempt(6, { price: "7" })]);
  assert.deepEqual(offers.byAlias.get(1).points.map(({ values }) => values.price), ["9", "7"]);
});
