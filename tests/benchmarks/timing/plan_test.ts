import * as assert from "node:assert/strict";
import { overhead } from "../../../benchmarks/timing/command.ts";
import type { OverheadAsked } from "../../../benchmarks/timing/options.ts";
import { type Plan, planOf } from "../../../benchmarks/timing/plan.ts";
import { asked } from "../asked.ts";
import { sweeps } from "../../../benchmarks/experiments/profiles/overhead.ts";

const plan = (line: string): Plan => planOf(asked<OverheadAsked>(overhead, line));

const namesOf = ({ subjects }: Plan) => subjects.map(({ name }) => name);

Deno.test("planOf() times every backend that may be there, the fastest as the reference", () => {
  const { subjects } = plan("--backends all");
  const engines = [...new Set(subjects.map(({ engine }) => engine))];
  assert.deepEqual(engines.filter((name) => name !== "tensorflow"), ["wasm", "webgpu", "cpu"]);
  assert.ok(subjects[0]!.name === "plain" && subjects[0]!.engine === engines[0]);
  assert.deepEqual(namesOf(plan("--backends wasm,cpu")), namesOf(plan("--backend wasm,cpu")));
  assert.deepEqual(namesOf(plan("--backends wasm,wasm")), namesOf(plan("--backends wasm")));
});

Deno.test("planOf() has every arm of training and of inference, and each once more", () => {
  assert.deepEqual(namesOf(plan("--backends cpu")), [
    "plain",
    "plain-again",
    "ws-generic",
    "ws",
    "plain-normalization",
    "plain-blocks",
    "ws-blocks",
    "infer-plain",
    "infer-plain-again",
    "infer-ws-generic",
    "infer-ws",
    "infer-baked",
  ]);
  const captured = namesOf(plan("--backends tensorflow"));
  assert.equal(captured[2], "plain-no-onednn");
  for (const name of ["plain-eager", "plain-eager-again", "ws-generic-eager", "ws-eager"]) {
    assert.ok(captured.includes(name), name);
  }
});

Deno.test("planOf() sweeps the training step alone unless arms are named", () => {
  const swept = plan("--backends tensorflow --peers python --sweep batchSize=2,4");
  assert.deepEqual(namesOf(swept), [
    "plain",
    "plain-again",
    "ws-generic",
    "ws",
    "pytorch",
    "pytorch-channels-last",
    "pytorch-composer",
    "pytorch-composer-channels-last",
  ]);
  assert.deepEqual(swept.rows.map(({ profile }) => profile.batchSize), [2, 4]);
  const named = plan("--backends wasm --sweep batchSize=2,4 --arms infer-plain,infer-ws");
  assert.deepEqual(namesOf(named), ["infer-plain", "infer-ws"]);
});

Deno.test("planOf() takes the profile's sweep, and --sweep instead of it", () => {
  assert.deepEqual(plan("--profile sweep --resume").sweep, sweeps.sweep);
  assert.deepEqual(plan("--profile sweep --sweep depth=18,50").sweep, { depth: [18, 50] });
  assert.deepEqual(plan("").rows.length, 1);
});

Deno.test("planOf() times jax-js beside wasm and webgpu, and needs no Python for it", () => {
  const both = plan("--backends webgpu,wasm --peers jax-js").subjects;
  assert.deepEqual(
    both.filter(({ engine }) => engine === "jax-js").map(({ name, device }) => [name, device]),
    [["jax-js@wasm", "wasm"], ["jax-js@webgpu", "webgpu"]],
  );
  const comparedTo = Object.fromEntries(both.map(({ name, comparedTo }) => [name, comparedTo]));
  assert.deepEqual(comparedTo.plain, ["pytorch", "keras", "jax-js@webgpu"]);
  assert.deepEqual(comparedTo["plain@wasm"], ["jax-js@wasm"]);
  assert.ok(Object.values(comparedTo).flat().filter((name) => name.startsWith("jax")).length === 2);
  const names = namesOf(plan("--backends wasm,tensorflow --peers jax-js --peers python"));
  assert.ok(names.includes("jax-js@wasm") && !names.includes("jax-js@webgpu"));
  assert.ok(names.includes("pytorch"));
  assert.ok(!namesOf(plan("--backends wasm --peers python")).includes("jax-js@wasm"));
  plan("--profile backends --backends wasm --peers jax-js"); // of any width
});

Deno.test("planOf() throws when something cannot be run, before anything is", () => {
  const wrong = (line: string, message: RegExp) => assert.throws(() => plan(line), { message });
  wrong("--sweep batchSize=0,2", /batchSize wants a whole number >= 1: it is 0/);
  wrong("--rounds 30 --resume", /no --resume without --sweep/);
  wrong("--sweep batchsize=2", /did you mean "batchSize"/);
  wrong("--backends tensorflow --peers jax-js", /jax-js beside tensorflow: choose wasm or webgpu/);
  wrong("--set width=0", /width wants a whole number >= 1/);
  wrong("--profile backends --peers python", /pytorch as width must be 64.*8; leave --peers out/);
  wrong("--set batchSize=2 --sweep batchSize=4", /both --set batchSize and --sweep batchSize/);
});
