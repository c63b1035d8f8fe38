/** Looking through sets: nothing that is wrong with one file ends it. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { openAde20k } from "../../datasets/ade20k/dataset.ts";
import { openClassified } from "../../datasets/classified.ts";
import type { DataError } from "../../datasets/errors.ts";
import { inspect, type InspectedSplit } from "../../datasets/inspection.ts";
import { encodeJpeg } from "../../datasets/images/jpeg.ts";
import { encodeRgbPng } from "../../datasets/images/png.ts";
import { InspectionRow, rowLength } from "../../datasets/inspection_row.ts";
import { hasTensorFlow } from "../backends.ts";
import { packTar } from "./archives/pack.ts";
import { mask, picture, put, putPair, withFolder } from "./files.ts";

/** A row of its own. */
const row = (classes?: number) => new InspectionRow(new Int32Array(rowLength(classes)));

Deno.test("InspectionRow keeps what is noted, in either length", () => {
  const digest = createHash("sha256").update("x").digest();
  for (const classes of [undefined, 3]) {
    const seen = row(classes);
    assert.equal(seen.hash, undefined);
    assert.equal(seen.orientation, 1);
    seen.setImage({ width: 5, height: 7 }, 6);
    seen.setHash(digest);
    assert.deepEqual([seen.width, seen.height, seen.orientation], [5, 7, 6]);
    assert.equal(seen.hash, digest.toString("hex"));
  }
  const seen = row(3);
  seen.setMask("numbers", [0, 31, 32, 255]);
  seen.count(Int16Array.of(-1, 0, 0, 2));
  assert.deepEqual(seen.values, [0, 31, 32, 255]);
  assert.deepEqual([...seen.pixels], [1, 2, 0, 1]);
  assert.equal(seen.form, "numbers");
});

/** A set of six images: two are right, and each other is wrong in its own way. */
async function putWrong(dir: string): Promise<void> {
  await put(dir, "classes.txt", "a\nb\nc\n");
  await putPair(dir, "validation", "a");
  await putPair(dir, "validation", "b_size");
  await put(dir, "annotations/validation/b_size.png", mask(2, 2, [0, 1, 2, 3]));
  await putPair(dir, "validation", "c_label", [0, 1, 2, 3, 0, 1, 2, 255]);
  await putPair(dir, "validation", "d_both");
  await put(dir, "images/validation/d_both.png", picture(4, 2).slice(0, 40));
  await put(dir, "annotations/validation/d_both.png", "nothing");
  await putPair(dir, "validation", "e_rgb");
  await put(dir, "annotations/validation/e_rgb.png", picture(4, 2));
  await putPair(dir, "validation", "f", [1, 1, 1, 1, 2, 2, 2, 2]);
}

for (const workers of [0, 2]) {
  Deno.test(`inspect() tells all that is wrong with all files, with ${workers} workers`, async () => {
    await withFolder(async (dir) => {
      await putWrong(dir);
      const { validation, classes } = await openAde20k(dir);
      const done: number[] = [];
      const found = await inspect(validation as InspectedSplit, {
        classes,
        workers,
        decode: true,
        onProgress: (count) => done.push(count),
      });
      assert.deepEqual(found.problems.map(({ index, of }) => [index, of]), [
        [1, "mask"],
        [2, "mask"],
        [3, "image"],
        [3, "mask"],
        [4, "mask"],
      ]);
      assert.deepEqual([...found.row(0).pixels], [2, 2, 2, 2]);
      assert.deepEqual([...found.row(5).pixels], [0, 4, 4, 0]);
      assert.deepEqual(found.row(5).values, [1, 2]);
      for (const index of [1, 2, 3, 4]) {
        assert.deepEqual([...found.row(index).pixels], [0, 0, 0, 0]);
      }
      assert.deepEqual(found.row(2).values, [0, 1, 2, 3, 255]);
      assert.equal(found.row(4).form, "colours");
      assert.equal(found.row(3).form, "unread");
      assert.equal(found.row(0).hash, found.row(1).hash);
      assert.equal(done.at(-1), 6);
    });
  });
}

Deno.test("inspect() ends where it is asked to", async () => {
  await withFolder(async (dir) => {
    await putWrong(dir);
    const { validation } = await openAde20k(dir);
    const options = { classes: 3, workers: 0, signal: AbortSignal.abort(new Error("enough")) };
    await assert.rejects(inspect(validation as InspectedSplit, options), /enough/);
  });
});

Deno.test("inspect() reads pictures in archives, and decodes where it is asked to", async () => {
  await withFolder(async (dir) => {
    const rgb = encodeRgbPng(new Uint8Array(12), 2, 2);
    const broken = rgb.slice();
    broken[broken.length - 20]! ^= 255; // in the pixels: the header is right
    await put(dir, "train.tar", await packTar(["x/1.png", rgb], ["y/2.png", broken]));
    const { training } = await openClassified(dir);
    const byHeader = await inspect(training, { workers: 0 });
    assert.deepEqual(byHeader.problems, []);
    assert.deepEqual([byHeader.row(1).width, byHeader.row(1).height], [2, 2]);
    const decoded = await inspect(training, { workers: 0, decode: true });
    assert.deepEqual(decoded.problems.map(({ index, of }) => [index, of]), [[1, "image"]]);
    assert.match(decoded.problems[0]!.reason, /train\.tar \(train\/y\/2\.png\)/);
  });
});

/** Where a decoder of a test is. */
const decoderOf = (body: string) =>
  `data:text/javascript,${encodeURIComponent(`export default () => Promise.resolve(${body})`)}`;

/** A picture that is no constant, so that its data can be damaged. */
async function noise(): Promise<Uint8Array> {
  const pixels = Uint8Array.from({ length: 3 * 64 * 64 }, (_, i) => (i * 7919) % 251);
  return await encodeJpeg(pixels, 64, 64, 90);
}

Deno.test("inspect() names files that one decoder accepts and another refuses", async () => {
  await withFolder(async (dir) => {
    const jpeg = await noise();
    const damaged = jpeg.slice();
    damaged.set([0xff, 0xd5], damaged.length >> 1); // a marker that is none of its place
    await put(dir, "train/x/1.jpg", jpeg);
    await put(dir, "train/y/2.jpg", damaged);
    const { training } = await openClassified(dir);
    const problems = async (decoder: string) =>
      (await inspect(training, { workers: 0, decode: true, decoder })).problems;
    const accepting = decoderOf(
      "(bytes, window) => ({ ...window, data: new Uint8Array(3 * window.width * window.height) })",
    );
    const [other, accepted] = await problems(accepting);
    assert.deepEqual([other!.index, other!.of], [0, "decoders"]);
    assert.match(
      other!.reason,
      /x\/1\.jpg as the wasm codec and TensorFlow's decoder differ by up to \d+/,
    );
    assert.deepEqual([accepted!.index, accepted!.of], [1, "decoders"]);
    assert.match(accepted!.reason, /premature end.*TensorFlow's decoder accepts it/);
    const refusing = decoderOf("() => { throw new Error('no') }");
    const [refused, both] = await problems(refusing);
    assert.match(refused!.reason, /by TensorFlow's decoder \(no\), and the wasm codec accepts it/);
    assert.equal(both!.of, "image");
    assert.match(both!.reason, /TensorFlow's decoder refuses it, too/);
  });
});

Deno.test({
  name: "inspect() finds no difference between decoders on intact pictures [tensorflow]",
  ignore: !hasTensorFlow,
  fn: async () => {
    await withFolder(async (dir) => {
      await put(dir, "train/x/1.jpg", await noise());
      const { training } = await openClassified(dir);
      const decoder = new URL("../../src/backends/tensorflow/decode_jpeg.ts", import.meta.url).href;
      assert.deepEqual(
        (await inspect(training, { workers: 0, decode: true, decoder })).problems,
        [],
      );
    });
  },
});

Deno.test("openClassified() goes past what is wrong where it is told to, and keeps all classes", async () => {
  await withFolder(async (dir) => {
    await put(dir, "train/x/1.png", picture(2, 2));
    await put(dir, "train/x/2.webp", "");
    await put(dir, "train/x/3.gif", "");
    await Deno.mkdir(`${dir}/train/empty`);
    await put(dir, "val/x/1.png", picture(2, 2));
    await put(dir, "val/only/1.png", picture(2, 2));
    await assert.rejects(openClassified(dir), { name: "DataError" });
    const problems: string[] = [];
    const onProblem = ({ message }: DataError) => void problems.push(message);
    const set = await openClassified(dir, { onProblem });
    assert.deepEqual(set.classNames, ["only", "x"]);
    assert.deepEqual([set.training.length, set.validation.length], [1, 2]);
    assert.deepEqual(set.validation.entry(0).label, 0);
    assert.equal(problems.length, 4);
    for (const word of ["2.webp", "3.gif", "train/empty", "the class only"]) {
      assert.ok(problems.some((problem) => problem.includes(word)), word);
    }
  });
});

Deno.test("openClassified() goes past pictures of other formats in archives", async () => {
  await withFolder(async (dir) => {
    await put(
      dir,
      "train.tar",
      await packTar(["x/1.png", "?"], ["x/2.tiff", "?"], ["y/3.png", "?"]),
    );
    const problems: string[] = [];
    const set = await openClassified(dir, {
      onProblem: ({ message }) => void problems.push(message),
    });
    assert.equal(set.training.length, 2);
    assert.equal(problems.length, 1);
    assert.match(problems[0]!, /2\.tiff/);
  });
});
