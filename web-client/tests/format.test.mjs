import assert from "node:assert/strict";
import test from "node:test";
import { amount, dateTime, decimal, duration, offer, signedSeconds, time, timeLeft, typedDecimal } from "../src/format";

const plain = (text) => text.replaceAll("\u00a0", " ");

test("amounts group by threes, and no comma ever groups", () => {
  const rows = [
    ["118450.00", "118 450,00", "118 450.00"],
    ["0.5", "0,5", "0.5"],
    ["999", "999", "999"],
    ["1000", "1 000", "1 000"],
    ["1234567890123456.7891", "1 234 567 890 123 456,7891", "1 234 567 890 123 456.7891"],
    ["-550.00", "−550,00", "−550.00"],
    ["not a number", "not a number", "not a number"],
  ];
  for (const [text, pl, en] of rows) {
    assert.equal(plain(decimal(text, "pl")), pl);
    assert.equal(plain(decimal(text, "en")), en);
  }
});

test("amounts say their unit", () => {
  assert.equal(plain(amount("118450.00", "PLN", "pl")), "118 450,00 zł");
  assert.equal(plain(amount("118450.00", "PLN", "en")), "118 450.00 PLN");
  assert.equal(plain(amount("14", "dni", "pl")), "14 dni");
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

test("times are Warsaw's, in summer and winter", () => {
  assert.equal(time(Date.UTC(2026, 6, 1, 10, 8, 10), "pl"), "12:08:10");
  assert.equal(time(Date.UTC(2026, 11, 1, 23, 8, 10), "en"), "00:08:10");
  assert.equal(dateTime(Date.UTC(2026, 10, 20, 11, 0, 0), "pl"), "piątek, 20 listopada 2026, 12:00:00");
});

test("time left counts a begun second as whole", () => {
  assert.deepEqual(timeLeft(155_000), { days: 0, clock: "2:35" });
  assert.deepEqual(timeLeft(154_001), { days: 0, clock: "2:35" });
  assert.deepEqual(timeLeft(1), { days: 0, clock: "0:01" });
  assert.deepEqual(timeLeft(-5), { days: 0, clock: "0:00" });
  assert.deepEqual(timeLeft(3_755_000), { days: 0, clock: "1:02:35" });
  assert.deepEqual(timeLeft(2 * 86_400_000 + 65_000), { days: 2, clock: "0:01:05" });
});

test("lengths of time and offsets are short", () => {
  assert.equal(plain(duration(120_000)), "2 min");
  assert.equal(plain(duration(5_400_000)), "1 h 30 min");
  assert.equal(plain(duration(500)), "500 ms");
  assert.equal(plain(duration(0)), "0 s");
  assert.equal(signedSeconds(120, "pl"), "+0,1");
  assert.equal(signedSeconds(-3_240, "en"), "−3.2");
});
