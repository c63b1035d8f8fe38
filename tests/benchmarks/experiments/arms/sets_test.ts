import assert from "node:assert/strict";
import {
  classificationSets,
  segmentationSets,
} from "../../../../benchmarks/experiments/arms/sets.ts";
import type { ArmSet } from "../../../../benchmarks/experiments/arm.ts";
import {
  checkContrasts,
  type Contrast,
  distinct,
  isSame,
} from "../../../../benchmarks/experiments/contrasts.ts";
import { checkGrid, gridContrasts } from "../../../../benchmarks/experiments/grid.ts";
import { profiles as ade20k } from "../../../../benchmarks/experiments/profiles/ade20k.ts";
import { profiles as imagenet } from "../../../../benchmarks/experiments/profiles/imagenet.ts";
import { armProfile } from "../../../../benchmarks/experiments/settings.ts";

const suites = [
  ...Object.values(ade20k).map((profile) => ({ profile, sets: segmentationSets(profile) })),
  ...Object.values(imagenet).map((profile) => ({ profile, sets: classificationSets(profile) })),
];
const segmentation = segmentationSets(ade20k.quick!);
const classification = classificationSets(imagenet.quick!);

const namesOf = ({ arms }: ArmSet) => arms.map(({ name }) => name);
const weightsOf = ({ contrasts }: ArmSet) =>
  Object.fromEntries(contrasts.map(({ name, weights }: Contrast) => [name, weights]));
const algorithmsOf = ({ arms }: ArmSet) =>
  Object.fromEntries(arms.map(({ name, algorithms }) => [name, algorithms.map(String).join()]));

Deno.test("sets have arms, contrasts and grids that fit, for every profile", () => {
  for (const { profile, sets } of suites) {
    for (const [name, { arms, contrasts, grid }] of Object.entries(sets)) {
      const names = arms.map((arm) => arm.name);
      const labels = arms.map(({ label }) => label);
      assert.equal(new Set(names).size, names.length, name);
      assert.equal(new Set(labels).size, labels.length, name);
      checkContrasts(contrasts, names, name);
      if (grid !== undefined) checkGrid(grid, names, name);
      for (const arm of arms) armProfile<typeof profile>(profile, arm, []);
    }
  }
});

Deno.test("sets test what the matrix of their grid shows, and nothing twice", () => {
  for (const { sets } of suites) {
    for (const [name, { arms, contrasts, grid }] of Object.entries(sets)) {
      const asked = grid === undefined ? [] : gridContrasts(grid, arms);
      for (const one of asked) {
        assert.ok(contrasts.some((other) => isSame(one, other)), `${name}: ${one.label}`);
      }
      assert.deepEqual(distinct(contrasts), contrasts, name);
    }
  }
});

Deno.test("arms of one name are the same arm in every set", () => {
  for (const sets of [segmentation, classification]) {
    const seen = new Map<string, string>();
    for (const { name, algorithms, settings } of Object.values(sets).flatMap(({ arms }) => arms)) {
      const what = JSON.stringify([algorithms.map(String), settings]);
      assert.equal(seen.get(name) ?? what, what, name);
      seen.set(name, what);
    }
  }
});

Deno.test("sets of norms standardize the arms whose names say so, and no others", () => {
  for (const { norms, channels } of [segmentation, classification]) {
    for (const { name, algorithms } of [norms, channels].flatMap((set) => set!.arms)) {
      assert.equal(algorithms.length, name.endsWith("-ws") ? 1 : 0, name);
    }
    assert.deepEqual(namesOf(norms!), ["bn", "bn-ws", "gn", "gn-ws"]);
  }
});

Deno.test("the set of ignored layers goes from none to all, with the suite's own arms in it", () => {
  const { ignored } = segmentation;
  const names = namesOf(ignored!);
  assert.equal(names.length, 27 + 1); // the quick network's convolutions, and the baseline
  assert.deepEqual(names.slice(0, 3), ["baseline", "ws-all", "ws-ignore-1"]);
  assert.equal(names[16], "ws", "15 ignored");
  const axis = ignored!.grid!.axes[0]!;
  assert.deepEqual(axis.levels, Array.from({ length: 28 }, (_, n) => n));
  assert.deepEqual(ignored!.grid!.at.baseline, [27]);
  assert.deepEqual(ignored!.grid!.at.ws, [15]);
  assert.equal(
    algorithmsOf(ignored!)["ws-ignore-26"],
    "WeightStandardization(nLastLayersIgnore=26)",
  );
  assert.deepEqual(weightsOf(ignored!)["ws - ws-all"], { ws: 1, "ws-all": -1 });
  assert.deepEqual(namesOf(classification.ignored!).slice(0, 3), ["baseline", "ws", "ws-ignore-1"]);
});

Deno.test("the set of ignored layers takes the numbers that ignoredLayers gives", () => {
  const some = (ignoredLayers: number[]) =>
    segmentationSets({ ...ade20k.quick!, ignoredLayers }).ignored!;
  assert.deepEqual(namesOf(some([15, 0, 3])), ["baseline", "ws-all", "ws-ignore-3", "ws"]);
  assert.deepEqual(some([15, 0, 3]).grid!.axes[0]!.levels, [0, 3, 15, 27]);
  // A model of one's own may have more convolutions than the suite's.
  assert.deepEqual(some([0, 40]).grid!.axes[0]!.levels, [0, 40]);
  for (const wrong of [[-1], [0.5], [2, 2]]) {
    assert.throws(() => some(wrong), {
      name: "UsageError",
      message: /^Cannot run as ignoredLayers wants whole numbers >= 0, each once: it is /,
    });
  }
});

Deno.test("the set of variants has the formulas and both halves, as a factorial", () => {
  const { variants } = classification;
  const algorithms = algorithmsOf(variants!);
  assert.deepEqual(Object.keys(algorithms), [
    "baseline",
    "composer",
    "paper",
    "bcn",
    "mean-only",
    "variance-only",
  ]);
  const options = "nLastLayersIgnore=0, variant=";
  assert.equal(algorithms.baseline, "");
  assert.equal(algorithms["mean-only"], `WeightStandardization(${options}meanOnly)`);
  assert.equal(algorithms["variance-only"], `WeightStandardization(${options}varianceOnly)`);
  const interaction = variants!.contrasts.find(({ weights }) => Object.keys(weights).length === 4)!;
  assert.deepEqual(interaction.weights, {
    composer: 1,
    "mean-only": -1,
    "variance-only": -1,
    baseline: 1,
  });
});

Deno.test("the set of pretraining has three arms that begin from one file", () => {
  const { pretraining } = segmentation;
  assert.deepEqual(pretraining!.needs, ["initialWeights"]);
  assert.deepEqual(algorithmsOf(pretraining!), {
    pretrained: "",
    "pretrained-ws": "WeightStandardization(nLastLayersIgnore=15)",
    "pretrained-ws-preserved": "WeightStandardization(nLastLayersIgnore=15, preserveOutputs=true)",
  });
  assert.equal(pretraining!.contrasts.length, 3);
});

Deno.test("the set of regularization multiplies what the profile has", () => {
  for (const profile of Object.values(imagenet)) {
    const { regularization } = classificationSets({ ...profile, augmentation: 1.5 });
    const settings = Object.fromEntries(
      regularization!.arms.map(({ name, settings }) => [name, settings]),
    );
    assert.equal(Object.keys(settings).length, 8);
    assert.deepEqual(settings["ws-decay"], { weightDecay: 4 * profile.weightDecay });
    assert.deepEqual(settings["baseline-augmented"], { augmentation: 3 });
    assert.deepEqual(settings["ws-regularized"], {
      weightDecay: 4 * profile.weightDecay,
      augmentation: 3,
    });
    assert.deepEqual(settings.ws, {});
    const interaction = regularization!.contrasts.at(-1)!;
    assert.deepEqual(interaction.weights, {
      "ws-regularized": 1,
      "baseline-regularized": -1,
      ws: -1,
      baseline: 1,
    });
  }
});
