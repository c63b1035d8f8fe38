import assert from "node:assert/strict";
import { join } from "node:path";
import { type LabelEvidence, labelWarnings } from "../../../benchmarks/tasks/label_warnings.ts";
import { openAde20k } from "../../../datasets/ade20k/dataset.ts";
import { generateScenes } from "../../../datasets/generated/scenes.ts";
import { orientedImages } from "../../../datasets/oriented_images.ts";
import { unseenLabels } from "../../../datasets/unseen_labels.ts";
import { countLabels } from "../../datasets/files.ts";

/** Evidence of a set whose validation masks hold so many pixels of each class. */
function evidence(
  pixels: number[],
  { masks = 50, ignored = 0, ...rest }:
    & { masks?: number; ignored?: number }
    & Partial<LabelEvidence> = {},
): LabelEvidence {
  const counted = Float64Array.from(pixels);
  return {
    coding: "ade20k",
    classNames: pixels.map((_, label) => "abcdefghijklmnopqrstuvwxyz"[label]!),
    counts: { masks, pixels: counted, ignored, resized: counted, oriented: [] },
    unseen: { labels: [], masks: 0 },
    trainingMasks: 100,
    training: { oriented: [], looked: 100 },
    ...rest,
  };
}

const codes = (given: LabelEvidence) => labelWarnings(given).map(({ code }) => code);

Deno.test("labelWarnings() names the classes that no validation mask holds, and what is ignored", () => {
  const [warning, ...more] = labelWarnings(evidence([5, 3, 0], { ignored: 4 }));
  assert.deepEqual(more, []);
  assert.equal(warning?.code, "unused-classes");
  assert.equal(
    warning?.message,
    'No validation mask holds "c" (3) of the 3 classes; 33.3 % of the pixels are ignored',
  );
  assert.match(warning?.advice ?? "", /where yours count from 0, .* give --labels from-zero \(or/);
  const many = labelWarnings(evidence([1, ...Array.from({ length: 12 }, () => 0)]));
  assert.match(many[0]?.message ?? "", /"k" \(11\) and 2 more of the 13 classes/);
});

Deno.test("labelWarnings() takes absence for chance where masks are few", () => {
  const many = [1, 1, 0, 0, 1, 0];
  assert.deepEqual(codes(evidence(many, { masks: 5 })), []);
  assert.deepEqual(codes(evidence(many, { masks: 6 })), ["unused-classes"]);
  // As masks that count from 0 are: the last class alone, or with much that is ignored.
  assert.deepEqual(codes(evidence([1, 1, 0], { masks: 1 })), ["unused-classes"]);
  assert.deepEqual(codes(evidence([1, 0, 1], { masks: 1 })), []);
  assert.deepEqual(codes(evidence(many, { masks: 1, ignored: 1 })), ["unused-classes"]);
});

Deno.test("labelWarnings() names PASCAL VOC's values, and never says that its masks count from 0", () => {
  const coding = "voc";
  const [warning] = labelWarnings(evidence([5, 3, 0], { coding }));
  assert.match(warning?.message ?? "", /^No validation mask holds "c" \(2\) of the 3 classes/);
  assert.match(warning?.advice ?? "", /val\.txt$/);
  // A mask that lacks the last class, or is much ignored, says nothing where 0 is a class.
  assert.deepEqual(codes(evidence([1, 1, 0], { coding, masks: 1, ignored: 1 })), []);
  assert.deepEqual(codes(evidence([1, 0, 0], { coding, masks: 2 })), []);
  const [ignored] = labelWarnings(evidence([1, 1], { coding, ignored: 3 }));
  assert.match(ignored?.message ?? "", /^60\.0 % of the pixels .* are 255, which means ignored$/);
  assert.doesNotMatch(ignored?.advice ?? "", /--labels/);
});

Deno.test("labelWarnings() tells of masks that are ignored for the most part", () => {
  assert.deepEqual(codes(evidence([1, 1], { ignored: 2 })), []);
  assert.deepEqual(codes(evidence([1, 1], { ignored: 3 })), ["mostly-ignored"]);
});

Deno.test("labelWarnings() tells classes that no training mask holds, and how many it looked at", () => {
  const all = labelWarnings(evidence([1, 1], { unseen: { labels: [1], masks: 100 } }));
  assert.deepEqual(all.map(({ code }) => code), ["validation-only-classes"]);
  assert.equal(all[0]?.message, 'No training mask holds "b" (2), and validation masks do');
  const some = labelWarnings(
    evidence([1, 1], { unseen: { labels: [1], masks: 25000 }, trainingMasks: 118287 }),
  );
  assert.match(some[0]?.message ?? "", /^None of 25,000 of the 118,287 training masks holds "b"/);
});

Deno.test("labelWarnings() warns once of pictures with an orientation", () => {
  const given = evidence([1, 1]);
  given.counts.oriented = [{ name: "p", orientation: 6 }, { name: "q", orientation: 3 }];
  const [warning, ...more] = labelWarnings(given);
  assert.deepEqual(more, []);
  assert.equal(warning?.code, "exif-orientation");
  assert.match(warning?.message ?? "", /^2 of 50 validation images have .* such as p \(6\), /);
  const training = { oriented: [{ name: "r", orientation: 8 }], looked: 1000 };
  const [both] = labelWarnings({ ...given, training });
  assert.match(
    both?.message ?? "",
    /^2 of 50 validation images and 1 of 1,000 training images have /,
  );
  const [alone] = labelWarnings(evidence([1, 1], { training }));
  assert.match(alone?.message ?? "", /^1 of 1,000 training images has .* such as r \(8\), /);
});

/** What is warned of in a set on disk. */
async function warningsOf(dir: string): Promise<string[]> {
  const { coding, classNames, training, validation } = await openAde20k(dir);
  const counts = await countLabels(validation, classNames.length, 96);
  const held = classNames.flatMap((_, label) => counts.pixels[label] ? [label] : []);
  const unseen = training.length > 0
    ? await unseenLabels(training, held)
    : { labels: [], masks: 0 };
  const trainingMasks = training.length;
  return codes({
    coding,
    classNames,
    counts,
    unseen,
    trainingMasks,
    training: await orientedImages(training),
  });
}

Deno.test("labelWarnings() is silent on generated scenes", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const set = await generateScenes(join(dir, "set"), { training: 24, validation: 16, size: 48 });
    assert.deepEqual(await warningsOf(set), []);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

const data = Deno.env.get("WS_TEST_DATA");
Deno.test({
  name: "labelWarnings() is silent on CamVid and on ADE20k's own masks",
  ignore: data === undefined,
  fn: async () => {
    for (const name of ["camvid", "ade20k-sample"]) {
      assert.deepEqual(await warningsOf(join(data ?? "", name)), [], name);
    }
  },
});
