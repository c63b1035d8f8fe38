import * as assert from "node:assert/strict";
import { checkProfile, parseOverheadCommandLine } from "../../../benchmarks/timing/command_line.ts";
import { subjectsOf } from "../../../benchmarks/timing/subjects.ts";
import { profiles } from "../../../benchmarks/experiments/profiles/overhead.ts";

const parse = (line: string) => parseOverheadCommandLine(line.split(" ").filter(Boolean));

Deno.test("parseOverheadCommandLine() has defaults", () => {
  assert.deepEqual(parse(""), {
    profile: "quick",
    interpreters: [],
    out: "reports/latest/overhead",
    force: false,
    set: {},
    dryRun: false,
    strict: false,
  });
});

Deno.test("parseOverheadCommandLine() reads its own options between those of all suites", () => {
  const line = "--profile deeplab --peers a/python --rounds 40 --backend tensorflow,wasm " +
    "--steps=2 --peers=b --set batchSize=4 --arms plain,ws --out o --force --strict --dry-run";
  assert.deepEqual(parse(line), {
    profile: "deeplab",
    interpreters: ["a/python", "b"],
    out: "o",
    force: true,
    set: { batchSize: "4", rounds: "40", steps: "2" },
    dryRun: true,
    strict: true,
    backends: ["tensorflow", "wasm"],
    subjects: ["plain", "ws"],
  });
  assert.equal(parse("--rounds 3 --help"), "help");
});

Deno.test("parseOverheadCommandLine() throws when an option is wrong", () => {
  const wrong = (line: string, message: RegExp) =>
    assert.throws(() => parse(line), { name: "UsageError", message });
  wrong("--peers", /--peers wants a value/);
  wrong("--rounds --force", /--rounds wants a value/);
  wrong("--rounds few", /--rounds wants a whole number >= 1: it is "few"/);
  wrong("--profle quick", /did you mean --profile\?/);
  wrong("--data d", /bench:overhead has no --data/);
  wrong("--seeds 1", /no --seeds/);
  wrong("--resume", /no --resume/);
  wrong("--skip-bad 1", /no --skip-bad/);
  wrong("--workers 1", /no --workers/);
  wrong("--tensorboard d", /no --tensorboard/);
});

Deno.test("parseOverheadCommandLine() reads sweeps, and which backends", () => {
  const asked = parse("--sweep batchSize=2,4 --backends all --resume --sweep=imageSize=64");
  assert.ok(asked !== "help");
  assert.deepEqual(asked.sweep, { batchSize: [2, 4], imageSize: [64] });
  assert.deepEqual([asked.backends, asked.resume], ["all", true]);
  const named = parse("--backends wasm,cpu");
  assert.deepEqual(named !== "help" && named.backends, ["wasm", "cpu"]);
});

Deno.test("checkProfile() throws when a value cannot be run", () => {
  const quick = profiles.quick!;
  checkProfile(quick);
  assert.throws(() => checkProfile({ ...quick, rounds: 0 }), /rounds must be an integer >= 1.*0/);
  assert.throws(() => checkProfile({ ...quick, threads: 1.5 }), /threads must be .* >= 0.*1\.5/);
  assert.throws(() => checkProfile({ ...quick, momentum: 1 }), /momentum in \[0, 1\).* and 1$/);
  assert.throws(() => checkProfile({ ...quick, learningRate: -1 }), /learningRate must be > 0/);
  assert.throws(() => checkProfile({ ...quick, model: "vgg" }), /"resnet" or "deeplab".*"vgg"/);
  assert.throws(() => checkProfile({ ...quick, depth: 19 }), /one of 0, 18, 34.*value is 19/);
  assert.throws(() => checkProfile({ ...quick, blocks: [1, 1, 1] }), /four integers >= 1.*1,1,1/);
});

Deno.test("subjectsOf() names every subject once and compares with what there is", () => {
  const engines = [{ name: "tensorflow", captures: true }, { name: "wasm", captures: false }];
  const names = subjectsOf(engines, true).map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const { name, comparedTo } of subjectsOf(engines, true)) {
    for (const other of comparedTo) assert.ok(names.includes(other), `${other}, of ${name}`);
    assert.ok(!comparedTo.includes(name));
  }
  assert.ok(names.includes("plain-eager") && names.includes("ws@wasm"));
  assert.ok(!names.includes("plain-eager@wasm"), "wasm has no captured step to tell from");
});
