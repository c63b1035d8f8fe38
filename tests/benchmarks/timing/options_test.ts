import * as assert from "node:assert/strict";
import { overhead, withoutInterpreters } from "../../../benchmarks/timing/command.ts";
import type { OverheadAsked } from "../../../benchmarks/timing/options.ts";
import { checkProfile } from "../../../benchmarks/timing/plan.ts";
import { subjectsOf } from "../../../benchmarks/timing/subjects.ts";
import { profiles } from "../../../benchmarks/experiments/profiles/overhead.ts";
import { asked } from "../asked.ts";

const parse = (line: string) => asked<OverheadAsked>(overhead, line);

Deno.test("bench:overhead has defaults", () => {
  assert.deepEqual(parse(""), {
    profile: "quick",
    peers: [],
    sweep: [],
    out: "reports/latest/overhead",
    resume: false,
    force: false,
    set: [],
    dryRun: false,
    strict: false,
  });
});

Deno.test("bench:overhead reads its options", () => {
  const line = "--profile deeplab --peers a/python --rounds 40 --backend tensorflow,wasm " +
    "--steps=2 --peers=b --set batchSize=4 --arms plain,ws --out o --force --strict --dry-run " +
    "--sweep batchSize=2,4 --sweep=imageSize=64";
  assert.deepEqual(parse(line), {
    profile: "deeplab",
    peers: ["a/python", "b"],
    out: "o",
    resume: false,
    force: true,
    set: [["batchSize", "4"]],
    rounds: 40,
    steps: 2,
    dryRun: true,
    strict: true,
    backends: ["tensorflow", "wasm"],
    arms: ["plain", "ws"],
    sweep: [["batchSize", [2, 4]], ["imageSize", [64]]],
  });
  assert.equal(parse("--backends all").backends, "all");
  assert.deepEqual(parse("--backends wasm,cpu,wasm").backends, ["wasm", "cpu"]);
});

Deno.test("bench:overhead throws when an option is wrong", () => {
  const wrong = (line: string, message: RegExp) =>
    assert.throws(() => parse(line), { name: "UsageError", message });
  wrong("--peers", /--peers <PYTHON>' argument missing/);
  wrong("--rounds --force", /--rounds wants a value/);
  wrong("--rounds few", /--rounds wants a whole number >= 1: it is "few"/);
  wrong("--profle quick", /Did you mean --profile\?/);
  wrong("--backends wasm,gpu", /Unknown backend "gpu"/);
  wrong("--resume --force", /'--resume' cannot be used with option '--force'/);
  for (
    const name of [
      "data",
      "seeds",
      "skip-bad",
      "workers",
      "loader-threads",
      "max-hours",
      "tensorboard",
      "model",
      "shard",
    ]
  ) {
    wrong(`--${name} 1`, new RegExp(`^bench:overhead has no --${name}: nothing is trained`));
  }
});

Deno.test("checkProfile() throws when a value cannot be run", () => {
  const quick = profiles.quick!;
  checkProfile(quick);
  const wrong = (values: Partial<typeof quick>, message: RegExp) =>
    assert.throws(() => checkProfile({ ...quick, ...values }), { name: "UsageError", message });
  wrong({ rounds: 0 }, /^Cannot time a step as rounds wants a whole number >= 1: it is 0$/);
  wrong({ threads: 1.5 }, /threads wants .* >= 0: it is 1\.5$/);
  wrong({ momentum: 1 }, /momentum wants a number in \[0, 1\): it is 1$/);
  wrong({ learningRate: -1 }, /learningRate wants a number > 0: it is -1$/);
  wrong({ model: "vgg" }, /Unknown model "vgg": wanted one of "resnet", "deeplab"/);
  wrong({ depth: 19 }, /one of 0, 18, 34.*: it is 19$/);
  wrong({ blocks: [1, 1, 1] }, /blocks wants four whole numbers >= 1: it is \[1,1,1\]/);
  checkProfile({ ...quick, depth: 18, blocks: [] });
});

Deno.test("subjectsOf() names every subject once and compares with what there is", () => {
  const engines = ["tensorflow", "wasm", "webgpu"];
  const names = subjectsOf(engines, true).map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const { name, comparedTo } of subjectsOf(engines, true)) {
    for (const other of comparedTo) assert.ok(names.includes(other), `${other}, of ${name}`);
    assert.ok(!comparedTo.includes(name));
  }
  for (const name of ["plain-eager", "ws@wasm", "ws-eager@wasm", "ws@webgpu"]) {
    assert.ok(names.includes(name), name);
  }
  assert.ok(!names.includes("plain-eager@webgpu"), "webgpu has no captured step to tell from");
});

Deno.test("subjectsOf() sets peers beside the first backend alone", () => {
  const peers = ["pytorch", "keras", "pytorch-composer", "pytorch-infer"];
  for (const { name, engine, comparedTo } of subjectsOf(["wasm", "cpu"], true)) {
    if (engine === "cpu") assert.ok(!comparedTo.some((other) => peers.includes(other)), name);
  }
  const [plain] = subjectsOf(["wasm", "cpu"], true);
  assert.deepEqual(plain!.comparedTo, ["pytorch", "keras"]);
});

Deno.test("withoutInterpreters() leaves out the interpreters, and nothing else of their names", () => {
  const line = "bench:overhead --peers python --peers=/v/bin/python --peers '/a b/python' " +
    "'--peers=/a b/python' --out reports/python-3";
  assert.equal(
    withoutInterpreters(line),
    "bench:overhead --peers PYTHON --peers=PYTHON --peers PYTHON --peers=PYTHON --out reports/python-3",
  );
  for (const kept of ["--peers jax-js", "--peers=jax-js --out reports/x"]) {
    assert.equal(withoutInterpreters(`bench:overhead ${kept}`), `bench:overhead ${kept}`);
  }
  assert.equal(withoutInterpreters("--peers jax-js/python"), "--peers PYTHON");
});
