import assert from "node:assert/strict";
import test from "node:test";
import { besides, lotsOf } from "../src/lots";

const title = { pl: "Odbiór odpadów", en: "Waste collection" };

test("a page of one auction names no lot", () => {
  assert.deepEqual(lotsOf(undefined, "a"), [{ auction: "a", name: undefined, practice: undefined }]);
  assert.deepEqual(lotsOf(JSON.stringify([{ auction: "b", number: "1", title }]), "a"), [{ auction: "b", name: undefined, practice: undefined }]);
  assert.deepEqual(lotsOf(undefined, undefined), []);
});

test("several lots keep their order and names", () => {
  const json = JSON.stringify([{ auction: "a", number: "1", title }, { auction: "b", number: "2", title }]);
  assert.deepEqual(lotsOf(json, "a").map(({ auction, name }) => `${auction} ${name.number}`), ["a 1", "b 2"]);
});

test("keys go round the lots", () => {
  assert.deepEqual([besides(0, -1, 3), besides(2, 1, 3), besides(1, 1, 3)], [2, 0, 2]);
});
