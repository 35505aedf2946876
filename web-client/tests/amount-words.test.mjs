import assert from "node:assert/strict";
import test from "node:test";
import { amountInWords } from "../src/amount-words";

test("złoty and grosze take the form that their number asks for", () => {
  const rows = [
    ["0.00", "zero złotych", "zero zloty"],
    ["0.01", "zero złotych 1 grosz", "zero zloty and 1 grosz"],
    ["1.02", "jeden złoty 2 grosze", "one zloty and 2 groszy"],
    ["2.05", "dwa złote 5 groszy", "two zloty and 5 groszy"],
    ["5", "pięć złotych", "five zloty"],
    ["12.12", "dwanaście złotych 12 groszy", "twelve zloty and 12 groszy"],
    ["22.22", "dwadzieścia dwa złote 22 grosze", "twenty-two zloty and 22 groszy"],
    ["21.5", "dwadzieścia jeden złotych 50 groszy", "twenty-one zloty and 50 groszy"],
    ["112", "sto dwanaście złotych", "one hundred twelve zloty"],
    ["1000", "tysiąc złotych", "one thousand zloty"],
    ["1001", "tysiąc jeden złotych", "one thousand one zloty"],
    ["2014", "dwa tysiące czternaście złotych", "two thousand fourteen zloty"],
    ["118450.00", "sto osiemnaście tysięcy czterysta pięćdziesiąt złotych", "one hundred eighteen thousand four hundred fifty zloty"],
    ["1000000", "milion złotych", "one million zloty"],
    ["3000000003", "trzy miliardy trzy złote", "three billion three zloty"],
  ];
  for (const [text, pl, en] of rows) {
    assert.equal(amountInWords(text, "PLN", "pl"), pl);
    assert.equal(amountInWords(text, "PLN", "en"), en);
  }
  assert.match(amountInWords("999999999999999", "PLN", "pl"), /^dziewięćset dziewięćdziesiąt dziewięć bilionów /);
});

test("what cannot be said is not guessed", () => {
  for (const text of ["", "1,00", "-1", "1.005", "1e5", "1".repeat(16)]) assert.equal(amountInWords(text, "PLN", "pl"), undefined, text);
  assert.equal(amountInWords("14", "dni", "pl"), undefined);
});
