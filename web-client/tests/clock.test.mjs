import assert from "node:assert/strict";
import test from "node:test";
import { ServerClock } from "../src/clock";

test("knows no time before the server spoke", () => {
  assert.equal(new ServerClock().at(10), undefined);
});

test("goes by hello until the first pong", () => {
  const clock = new ServerClock();
  clock.told(1_000_000, 500);
  assert.equal(clock.at(600), 1_000_100);
  // 40 ms there and back: the server read the ping 20 ms before the pong came.
  clock.measured(600, 1_000_130, 640, 1_000_050);
  assert.equal(clock.at(640), 1_000_150);
  assert.equal(clock.best.offset, 100);
});

test("keeps the pong with the shortest round trip of the last ten", () => {
  const clock = new ServerClock();
  const pong = (at, roundTrip, lead) => clock.measured(at, at + lead, at + roundTrip, at + roundTrip);
  pong(0, 10, 1_005);
  for (let i = 1; i <= 9; i++) pong(i * 1000, 40, 1_030);
  assert.equal(clock.best.roundTrip, 10);
  pong(10_000, 40, 1_030);
  assert.equal(clock.best.roundTrip, 40);
});

test("starts anew when the computer slept or its clock was set", () => {
  const clock = new ServerClock();
  clock.measured(0, 1_005, 10, 1_010);
  // The monotonic clock stood still for a minute.
  clock.measured(1_000, 62_020, 1_040, 62_040);
  assert.equal(clock.best.roundTrip, 40);
  assert.equal(clock.at(1_040), 62_040);
});
