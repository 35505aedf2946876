import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalSentence } from "../src/refusal-words.ts";
import { wordsOf } from "../src/words.ts";

const values = [{ id: "price", unit: "PLN" }];
const sentence = { pl: "Zdanie serwera.", en: "The server's sentence." };
const said = (refusal, language) =>
  refusalSentence(refusal, sentence, { words: wordsOf(language), language, values })?.replaceAll("\u00a0", " ");

test("amounts in refusals look as on the rest of the page", () => {
  const limited = { name: "below-minimum-step", value: "price", limit: "149900.00" };
  assert.equal(said(limited, "pl"), "Zmiana jest mniejsza niż minimalne postąpienie. Dozwolona granica: 149 900,00 zł.");
  assert.equal(said(limited, "en"), "The change is below the minimum step. The limit is 149 900.00 PLN.");
  assert.equal(said({ name: "equal-to-own", value: "price" }, "en"), "This is your present offer. No better value is possible.");
  const range = { name: "out-of-range", value: "price", least: "0.01", most: "1000000.00" };
  assert.equal(said(range, "pl"), "Wartość musi leżeć między 0,01 zł a 1 000 000,00 zł.");
  const change = { name: "above-hard-limit", value: "price", from: "149900.00", to: "100000.00", percent: "33.29" };
  assert.match(said(change, "pl"), /^Zmiana z 149 900,00 zł na 100 000,00 zł \(około 33,29 %\)/);
  assert.equal(said({ name: "off-the-tick", value: "other", tick: "5" }, "en"), "The value must be a multiple of 5.");
  assert.equal(said({ name: "min-gap", min_gap_ms: 2000 }, "pl"), "Odczekaj 2 s między postąpieniami.");
});

test("a refusal without amounts keeps the server's sentence", () => {
  assert.equal(said({ name: "not-admitted" }, "pl"), sentence.pl);
  assert.equal(said(undefined, "en"), sentence.en);
});

test("levels, sealed values and sums are told with their amounts", () => {
  assert.equal(said({ name: "level-passed", level: "80.00" }, "pl"), "Teraz obowiązuje inny poziom: 80,00 zł.");
  assert.equal(said({ name: "level-passed" }, "en"), "No level can be accepted any more.");
  assert.equal(said({ name: "sealed-refused", refused: 302 }, "en"), "Not sealed: below the minimum step.");
  assert.equal(said({ name: "sealed-refused", refused: 999 }, "en"), sentence.en);
  assert.equal(said({ name: "sum-differs", value: "price", sum: "12.50" }, "pl"), "Ceny jednostkowe razy ilości dają 12,50 zł. Suma w ofercie jest inna.");
});
