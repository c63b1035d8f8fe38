/** The arms of normalizations, and the table that they are for. */
import assert from "node:assert/strict";
import {
  normalizationLabels,
  normalizations,
} from "../../../benchmarks/experiments/profiles/normalization.ts";
import { profiles } from "../../../benchmarks/experiments/profiles/overhead.ts";
import { normRows } from "../../../benchmarks/judge/timings/norms.ts";
import { measuredRows, type SubjectRecord } from "../../../benchmarks/record/mod.ts";
import { overhead } from "../../../benchmarks/timing/command.ts";
import { normArms } from "../../../benchmarks/timing/norm_arms.ts";
import type { OverheadAsked } from "../../../benchmarks/timing/options.ts";
import { planOf } from "../../../benchmarks/timing/plan.ts";
import { subjectsOf } from "../../../benchmarks/timing/subjects.ts";
import { makeModel, openWork } from "../../../benchmarks/timing/work.ts";
import { countParameters } from "../../../benchmarks/tasks/parameters.ts";
import { normalizationFactory } from "../../../src/normalization/mod.ts";
import { backends } from "../../backends.ts";
import { asked } from "../asked.ts";
import { markdownOf } from "../report/forms.ts";
import { blocksOf, recordOf, resultOf } from "./synthetic.ts";

const plan = (line: string) => planOf(asked<OverheadAsked>(overhead, line));
const namesOf = (line: string) => plan(line).subjects.map(({ name }) => name);

Deno.test("the normalizations of bench:overhead are those of the library's table", () => {
  for (const name of normalizations) normalizationFactory(name);
  // A form of batchChannel for microbatches, which the peers do not have.
  const inTable = normalizations.toSpliced(-1, 0, "estimatedBatchChannel");
  const listed = new RegExp(`one of ${inTable.join(", ")}: `);
  assert.throws(() => normalizationFactory("?"), { message: listed });
  const others = normalizations.filter((name) => name !== "batch");
  assert.deepEqual(normArms.map(({ settings }) => settings.normalization), others);
});

Deno.test("the profile norms times each normalization with and without WS, here and in PyTorch", () => {
  const names = ["gn", "ln", "in", "bcn", "none"];
  const own = ["plain", "plain-again", "ws", ...names.flatMap((name) => [name, `${name}-ws`])];
  const peers = ["", ...names.map((name) => `-${name}`)].flatMap((name) =>
    [`pytorch${name}`, `pytorch${name}-timm`].flatMap((peer) => [peer, `${peer}-channels-last`])
  );
  for (const backend of ["tensorflow", "wasm", "cpu"]) {
    assert.deepEqual(namesOf(`--profile norms --backends ${backend}`), own);
  }
  assert.deepEqual(namesOf("--profile norms --backends tensorflow --peers python"), [
    ...own,
    ...peers,
  ]);
  assert.deepEqual(namesOf("--profile norms --backend cpu --arms plain,gn-ws"), ["plain", "gn-ws"]);
  const usual = namesOf("--backends tensorflow --peers python");
  assert.ok(usual.every((name) => !/-?(gn|ln|bcn|none)\b/.test(name)), `${usual}`);
  assert.deepEqual(namesOf("--backends cpu --arms plain,gn,gn-ws"), ["plain", "gn", "gn-ws"]);
});

Deno.test("planOf() refuses a normalization that a network cannot have, before anything runs", () => {
  const wrong = (line: string, message: RegExp) =>
    assert.throws(() => plan(line), { name: "UsageError", message });
  wrong("--set normalization=grup", /Unknown normalization "grup".*did you mean "group"/);
  wrong("--set groups=-1", /groups wants a whole number >= 0/);
  wrong(
    "--set normalization=group --set groups=24",
    /groups of the normalization group must divide .*: 24 does not divide 64, the width; choose a/,
  );
  wrong(
    "--profile norms --set groups=7 --arms plain,bcn",
    /normalization batchChannel must divide .*: 7 does not divide 64, the width/,
  );
  wrong(
    "--profile deeplab --set normalization=group --set groups=32",
    /32 does not divide 48, the lowLevelChannels/,
  );
  wrong(
    "--profile norms --sweep imageSize=32,64",
    /one pixel: imageSize must be > 32.* 32; choose another/,
  );
  wrong(
    "--profile norms --set model=deeplab",
    /DeepLabv3\+ pools its image to one; .*, or leave in and in-ws out by --arms$/,
  );
  plan("--profile norms --set imageSize=32 --arms plain,gn,gn-ws");
  plan("--profile norms --set imageSize=33");
  plan("--set groups=24"); // batch norm has none
  plan("--profile deeplab --set normalization=group --set groups=16");
});

Deno.test("makeModel() makes the groups that a profile says", () => {
  const counts = [0, 4, 16].map((groups) => {
    const model = makeModel({ ...profiles.norms!, normalization: "batchChannel", groups });
    const count = countParameters(model);
    model.dispose();
    return count;
  });
  // Without a number 32; a scale and an offset for each group, in eight layers and in three shortcuts.
  const layers = 1 + 8 + 3;
  assert.equal(counts[0]! - counts[1]!, layers * 2 * (32 - 4));
  assert.equal(counts[2]! - counts[1]!, layers * 2 * (16 - 4));
  const group = makeModel({ ...profiles.norms!, normalization: "group", groups: 8 });
  assert.equal(group.getLayer("bn1").getConfig().groups, 8);
  group.dispose();
});

/** Of a narrow ResNet on maps of two by two pixels at the least. */
const small = { ...profiles.backends!, width: 4, batchSize: 2, imageSize: 33 };

for (const { name: engine, ignore } of backends) {
  Deno.test({
    name: `arms of normalizations step, with as many parameters as their like [${engine}]`,
    ignore,
    async fn() {
      const subjects = subjectsOf([engine], false).filter(({ settings }) =>
        settings?.normalization
      );
      assert.equal(subjects.length, 2 * normArms.length);
      const counts = new Map<string, number[]>();
      for (const subject of subjects) {
        const profile = { ...small, ...subject.settings };
        // A test's process has one backend, which an eager work would leave without capture.
        const { ready, step, memory } = await openWork({ subject, profile, threads: 1 });
        const first = await step();
        const { tensorCount } = memory();
        const last = await step();
        assert.ok(Number.isFinite(first) && Number.isFinite(last), subject.name);
        assert.equal(memory().tensorCount, tensorCount, `${subject.name}: tensors left behind`);
        const moved = Math.abs(last / first - 1) > 1e-6;
        assert.equal(moved, !subject.name.startsWith("none"), `${subject.name}: ${first}, ${last}`);
        const key = `${subject.settings!.normalization}`;
        counts.set(key, [...(counts.get(key) ?? []), ready.parameterCount]);
      }
      for (const [normalization, [plain, ws]] of counts) assert.equal(plain, ws, normalization);
      const count = (normalization: string) => counts.get(normalization)![0]!;
      for (const affine of ["layer", "instance"]) assert.equal(count(affine), count("group"));
      assert.ok(count("batchChannel") > count("group") && count("none") < count("group"));
    },
  });
}

const names = ["plain", "plain-again", "ws", "gn", "gn-ws", "in"];

function records(ms: Record<string, number>): SubjectRecord[] {
  return Object.entries(ms).map(([name, each]) => recordOf(name, blocksOf(30, each)));
}

const measured = resultOf(records({
  ...Object.fromEntries(names.map((name, i) => [name, 100 + 10 * i])),
  "plain-again": 101,
  "plain-blocks": 5,
  "ws-generic": 5,
  "infer-plain": 5,
  "pytorch-channels-last": 50,
  "pytorch-gn": 260,
  "pytorch-gn-channels-last": 130,
  "pytorch-gn-timm": 280,
}));

Deno.test("normRows() sets each normalization in relation to batch norm, to itself and to PyTorch", () => {
  const rows = normRows(measuredRows(measured)[0]!);
  const median = (ratio?: { median: number }) => ratio && Math.round(ratio.median * 1000) / 1000;
  assert.deepEqual(
    rows.map(({ plain, ws, ...row }) => [
      plain.name,
      ws?.name,
      ...[row.overBatch, row.wsOverBatch, row.added, row.overPeer, row.wsOverPeer].map(median),
    ]),
    [
      ["plain", "ws", undefined, 1.2, 1.2, 2, undefined],
      ["gn", "gn-ws", 1.3, 1.4, 1.077, 1, 0.5],
      ["in", undefined, 1.5, undefined, undefined, undefined, undefined],
      ["pytorch-channels-last", undefined, undefined, undefined, undefined, undefined, undefined],
      ["pytorch-gn-channels-last", undefined, 2.6, undefined, undefined, undefined, undefined],
      ["pytorch-gn", "pytorch-gn-timm", undefined, undefined, 1.077, undefined, undefined],
    ],
  );
  assert.ok(rows[1]!.added!.isInterval);
  const withoutNorms = resultOf(records({ plain: 100, ws: 110 }));
  assert.deepEqual(normRows(measuredRows(withoutNorms)[0]!), []);
});

Deno.test("report.md has normalizations × WS with intervals, and no such table without them", () => {
  const markdown = markdownOf(measured);
  const [, section = ""] = markdown.split("### Normalizations");
  const line = section.split("\n").find((line) => line.startsWith("| tensorflow captured: GN |"));
  assert.deepEqual(line?.split("|").slice(2, -1).map((cell) => cell.trim()), [
    "130.0 (130.0–130.0)",
    "1.300 [1.300, 1.300]",
    "140.0 (140.0–140.0)",
    "+7.7 % [+7.7, +7.7]",
    "1.400 [1.400, 1.400]",
    "1.000 [1.000, 1.000]",
    "0.500 [0.500, 0.500]",
  ]);
  assert.match(section, /\| PyTorch eager, channels last: BN \| 50\.0/);
  assert.match(markdown, /\*\*tensorflow captured: GN \+ WS: time is added,\*\* \+7\.7 %/);
  assert.match(markdown, /\*\*not run\*\* no steps of "ln-ws" and "plain" in turn/);
  const unclaimed = markdownOf(resultOf(records({ plain: 100, gn: 130 })));
  assert.doesNotMatch(unclaimed, /## Claims/, "no claim's steps are there");
  const claimed = markdownOf(resultOf(records({ plain: 100, "gn-ws": 200, "ln-ws": 200 })));
  assert.match(claimed, /## Claims/);
  assert.match(claimed, /\*\*reproduced\*\* C5: LN or GN with WS on ResNet-50: about half the/);
  assert.doesNotMatch(markdownOf(resultOf(records({ plain: 1 }))), /### Normalizations/);
  for (const label of Object.values(normalizationLabels)) assert.ok(label.length > 1);
});
