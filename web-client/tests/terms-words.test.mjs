import assert from "node:assert/strict";
import { test } from "node:test";
import { termsSentences } from "../src/terms-words.ts";
import { wordsOf } from "../src/words.ts";

const name = (pl, en = pl) => ({ pl, en });
const price = { id: "price", name: name("Cena", "Price"), unit: "PLN", decimals: 2, least: "0.01", most: "1000.00", direction: "lowest", tax: "gross" };
const written = (id) => ({ id, name: name(id) });
const TERMS = {
  values: [price], opening: "written-offer", phases: [{ pause_before_ms: 0, run: { kind: "turns", slot_ms: 30_000 } }],
  evaluation: { by: "lowest-price" }, improvement: { from: "own", steps: { price: { least: { by: "amount", amount: "5" } } } },
  pace: { min_gap_ms: 0, attempts_max: 10 }, guards: { confirm_above_percent: "20", refuse_above_percent: null },
  ties: "earliest", visibility: { weights: true },
};
const sentences = (more, language = "pl") =>
  termsSentences({ ...TERMS, ...more }, wordsOf(language), language).map((text) => text.replaceAll("\u00a0", " "));
const phase = (run, more = {}) => ({ phases: [{ pause_before_ms: 0, run, ...more }] });
const clock = (kind) => ({ kind, start: "100", step: "10", end: "10", interval_ms: 5_000 });

const RUNS = [
  { kind: "turns", slot_ms: 30_000 },
  { kind: "sealed-bid", length_ms: 60_000 },
  { kind: "tie-break", length_ms: 60_000 },
  clock("descending-clock"),
  clock("ascending-clock"),
  { kind: "open", close: { by: "set-time", length_ms: 60_000 }, random_tail_ms: 5_000 },
];
const EVALUATIONS = [
  { by: "lowest-price" },
  { by: "discount" },
  { by: "points", criteria: [{ id: "price", name: price.name, weight: "100", source: "auctioned" }] },
  { by: "normalised-price", features: [written("gwarancja")] },
  { by: "life-cycle-cost", costs: [written("energia")] },
  { by: "mixed", denominator: written("jakość"), addition: written("dojazd") },
  { by: "net-present-value", years_max: 15, rate_percent: "12.5", least_step: { by: "percent", percent: "1" } },
];
const ADMISSIONS = [{ who: "all" }, { who: "who-bid" }, { who: "top", rank_max: 3 }, { who: "top", rank_max: 1 }, { who: "within", percent: "10", least: 3 }];

test("every phase, evaluation, admission, tax and tie has its sentences in both languages", () => {
  const all = [
    ...RUNS.map((run) => phase(run)),
    ...ADMISSIONS.map((admission) => phase(RUNS[0], { admission })),
    ...EVALUATIONS.map((evaluation) => ({ evaluation })),
    ...["earliest", "equal-rank", "statutory"].map((ties) => ({ ties })),
    ...["net", { "reverse-charge": { rate: "vat" } }].map((tax) => ({ values: [{ ...price, tax }] })),
    { items: { total: "price", quantities: { a: "2" } } },
  ];
  for (const language of ["pl", "en"]) {
    for (const more of all) {
      for (const sentence of sentences(more, language)) {
        assert.match(sentence, /^[A-ZŁŚ„“][^{}]*[.]$/u, `${language}: ${sentence}`);
        assert.doesNotMatch(sentence, /undefined|\[object/);
      }
    }
  }
});

test("a clock is told by its levels, and nothing of steps and large changes is", () => {
  const told = sentences({ ...phase(clock("descending-clock")), opening: "first-bid-free" });
  assert.ok(told.some((text) => text.includes("zegar malejący od 100 zł co 10 zł do 10 zł, każdy poziom stoi 5 s")), told.join("\n"));
  assert.ok(told.every((text) => !/postąpienie względem|większą niż/.test(text)), told.join("\n"));
});

test("who may bid in a phase is said with its numbers", () => {
  const within = sentences(phase(RUNS[1], { admission: ADMISSIONS[4] }), "en");
  assert.ok(within.some((text) => /at most 10% worse than the best, and for at least the 3 best/.test(text)), within.join("\n"));
});

test("a random tail says no exact end", () => {
  const told = sentences(phase(RUNS[5]));
  assert.ok(told.includes("Potem dolicza się czas wylosowany od 0 do 5 s. Nikt nie zna go przed końcem."));
  assert.ok(!told.includes("Końca się nie przedłuża."));
});

test("the buyer's VAT and line items are explained", () => {
  const items = [{ ...price, id: "nails", name: name("Gwoździe") }, { ...price, tax: { "reverse-charge": { rate: "vat" } } }];
  const told = sentences({ values: items, items: { total: "price", quantities: { nails: "2.5" } } });
  assert.ok(told.some((text) => text.includes("Tylko do porównania dolicza się VAT")));
  assert.ok(told.includes("Ceny jednostkowe razy ilości muszą dać razem „Cena”: Gwoździe × 2,5."));
});
