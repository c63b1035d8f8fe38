import * as assert from "node:assert/strict";
import { noiseFloor, overheadsOf } from "../../../../benchmarks/judge/timings/overheads.ts";
import type { SubjectRecord } from "../../../../benchmarks/record/mod.ts";
import { measurementWarnings } from "../../../../benchmarks/judge/timings/measurement_warnings.ts";
import { blocksOf, recordOf } from "../../timing/synthetic.ts";

/** Rounds whose ratio to a step of 100 ms goes evenly from `low` to `high`. */
function spread(rounds: number, low: number, high: number) {
  return blocksOf(rounds, 100).map((block) => ({
    ...block,
    durationsMs: [100 * (low + (high - low) * block.round / (rounds - 1))],
  }));
}

/** The verdict on what `ws` adds, by the rounds of the A/A subject and of `ws`. */
function verdict(again: SubjectRecord["blocks"], ws: SubjectRecord["blocks"]): string {
  const subjects = [
    recordOf("plain", blocksOf(30, 100)),
    recordOf("plain-again", again),
    recordOf("ws", ws),
  ];
  const overhead = overheadsOf({ complete: true, subjects })
    .find(({ subject, over }) => subject.name === "ws" && over.name === "plain");
  return overhead!.verdict;
}

Deno.test("overheadsOf() says whether an overhead is more than noise", () => {
  const quiet = spread(30, 0.999, 1.001), loud = spread(30, 0.8, 1.2);
  assert.equal(verdict(quiet, spread(30, 1.09, 1.11)), "beyond noise");
  assert.equal(verdict(quiet, spread(30, 0.89, 0.91)), "beyond noise", "a gain is one too");
  assert.equal(verdict(loud, spread(30, 1.01, 1.02)), "within noise", "below the floor");
  assert.equal(verdict(quiet, spread(30, 0.5, 1.52)), "within noise", "its interval holds 0");
  assert.equal(verdict(quiet, spread(29, 1.09, 1.11)), "no interval");
  assert.equal(verdict(spread(29, 1, 1), spread(30, 1.09, 1.11)), "no interval");
  assert.equal(verdict([], spread(30, 1.09, 1.11)), "no A/A");
});

Deno.test("overheadsOf() sets each overhead beside the A/A of its own engine, mode and work", () => {
  const names = ["plain", "ws", "plain-eager", "plain-eager-again", "ws-eager", "infer-plain"];
  const subjects = [
    ...names.map((name) => recordOf(name, blocksOf(30, 100))),
    recordOf("infer-plain-again", blocksOf(30, 102)),
    recordOf("infer-ws", blocksOf(30, 110)),
  ];
  const found = overheadsOf({ complete: true, subjects }).map((
    { subject, over, noise, verdict },
  ) => [
    `${subject.name} over ${over.name}`,
    noise?.median,
    verdict,
  ]);
  assert.deepEqual(found, [
    ["ws over plain", undefined, "no A/A"],
    ["plain-eager over plain", undefined, "no A/A"],
    ["plain-eager-again over plain-eager", 1, "noise floor"],
    ["ws-eager over plain-eager", 1, "within noise"],
    ["infer-plain-again over infer-plain", 1.02, "noise floor"],
    ["infer-ws over infer-plain", 1.02, "beyond noise"],
  ]);
});

Deno.test("overheadsOf() takes an arm with settings of its own for no noise floor", () => {
  const [plain, again] = ["plain", "plain-again"].map((name) => recordOf(name, blocksOf(30, 100)));
  const subjects = [plain!, { ...again!, settings: { batchSize: 4 } }];
  const [overhead] = overheadsOf({ complete: true, subjects });
  assert.equal(overhead!.verdict, "no A/A");
});

Deno.test("noiseFloor() is the bound farther from 1", () => {
  const ratio = { n: 30, median: 1, isInterval: true };
  assert.ok(Math.abs(noiseFloor({ ...ratio, low: 0.98, high: 1.01 }) - 0.02) < 1e-12);
  assert.ok(Math.abs(noiseFloor({ ...ratio, low: 1.01, high: 1.03 }) - 0.03) < 1e-12);
});

Deno.test("measurementWarnings() names leaks, few rounds and an A/A that is not 0", () => {
  const leaking = recordOf("ws", blocksOf(30, 110));
  leaking.tensors = { before: 104, after: 107 };
  const steady = { ...recordOf("plain", blocksOf(30, 100)), tensors: { before: 104, after: 104 } };
  const again = recordOf("plain-again", blocksOf(30, 105));
  const codes = (subjects: SubjectRecord[], rounds = 30) =>
    measurementWarnings({ complete: true, subjects }, rounds).map(({ code }) => code);
  assert.deepEqual(codes([steady]), []);
  assert.deepEqual(codes([steady, leaking, again]), ["noise-floor", "tensor-leak"]);
  assert.deepEqual(codes([recordOf("plain", blocksOf(3, 100))], 3), ["few-blocks"]);
  assert.deepEqual(codes([]), [], "nothing was timed, nothing is doubtful");
  const [leak] = measurementWarnings({ complete: true, subjects: [leaking] }, 30);
  assert.match(leak!.message, /tensorflow captured: WS \+3/);
});
