import assert from "node:assert/strict";
import test from "node:test";
import vectors from "./format.json";
import { amount, dateTime, decimal, duration, offer, signedSeconds, time, timeLeft, typedDecimal } from "../src/format";

const plain = (text) => text.replaceAll("\u00a0", " ");

test("figures and times look as the vectors say", () => {
  const shown = {
    decimal: ({ of }, language) => decimal(of, language),
    amount: ({ of, unit }, language) => amount(of, unit, language),
    time: ({ of }, language) => time(of, language),
    // Versions of ICU differ in the comma after an English weekday.
    date_time: ({ of }, language) => dateTime(of, language).replace(/^(\p{L}+),? /u, "$1, "),
    duration: ({ of }) => duration(of),
  };
  for (const [kind, rows] of Object.entries(vectors)) {
    for (const row of rows) {
      for (const language of ["pl", "en"]) {
        assert.equal(plain(shown[kind](row, language)), row[language], `${kind} ${JSON.stringify(row)}`);
      }
    }
  }
});

test("an offer lists its values in the order of the terms", () => {
  const terms = [
    { id: "price", unit: "PLN" },
    { id: "warranty", unit: "mies." },
  ];
  assert.equal(plain(offer({ warranty: "60", price: "1.00" }, terms, "pl")), "1,00 zł · 60 mies.");
  assert.equal(plain(offer({ price: "1.00" }, terms, "pl")), "1,00 zł");
});

test("typed amounts are read as the server reads them", () => {
  const rows = [
    ["118450,00", "118450.00"],
    [" 118 450.5 ", "118450.50"],
    ["118\u00a0450", "118450.00"],
    ["0118", "118.00"],
    ["0", "0.00"],
    ["1,000", "1.00"],
    ["1,005", undefined],
    ["1,000,000", undefined],
    ["1e5", undefined],
    ["-5", undefined],
    [",5", undefined],
    ["5,", undefined],
    ["", undefined],
  ];
  for (const [text, expected] of rows) assert.equal(typedDecimal(text, 2), expected, text);
  assert.equal(typedDecimal("14", 0), "14");
});

test("time left counts a begun second as whole", () => {
  assert.deepEqual(timeLeft(155_000), { days: 0, clock: "2:35" });
  assert.deepEqual(timeLeft(154_001), { days: 0, clock: "2:35" });
  assert.deepEqual(timeLeft(1), { days: 0, clock: "0:01" });
  assert.deepEqual(timeLeft(-5), { days: 0, clock: "0:00" });
  assert.deepEqual(timeLeft(3_755_000), { days: 0, clock: "1:02:35" });
  assert.deepEqual(timeLeft(2 * 86_400_000 + 65_000), { days: 2, clock: "0:01:05" });
});

test("offsets are short", () => {
  assert.equal(signedSeconds(120, "pl"), "+0,1");
  assert.equal(signedSeconds(-3_240, "en"), "−3.2");
});
