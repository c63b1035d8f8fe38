/** Sets of which a pilot is evaluated on a share of the training images, in every layout. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { type ClassifiedDataset, openClassified } from "../../datasets/classified.ts";
import { classificationLoader, segmentationLoader } from "../../datasets/loader.ts";
import { isHeldOut } from "../../datasets/masks/held_out.ts";
import { openSegmented, type OpenSegmentedOptions } from "../../datasets/segmented.ts";
import { packTar } from "./archives/pack.ts";
import { mask, picture, put, putPair, withFolder } from "./files.ts";
import { putList, putVocPair } from "./voc/files.ts";

/** Names in their order by code units, which is not that of numbers. */
const frames = ["10", "11", "2", "3", "4", "5", "6", "7", "8", "9"];

/** A set in ADE20k's layout, whose validation part no reader would take. */
async function putSegmented(root: string): Promise<void> {
  for (const name of frames.toReversed()) await putPair(root, "training", name);
  await put(root, "images/validation/broken.jpg", "no picture");
  await put(root, "images/validation/alone.webp", "of another format");
  await put(root, "annotations/validation/broken.png", "no mask");
  await put(root, "annotations/validation/without an image.png", "no mask");
  await put(root, "classes.txt", "a\nb\nc\n");
}

const rejects = (opens: Promise<unknown>, name: string, message: RegExp) =>
  assert.rejects(opens, { name, message });

Deno.test("openSegmented() evaluates a pilot on the last training images, and reads no others", () =>
  withFolder(async (dir) => {
    await putSegmented(dir);
    await rejects(openSegmented(dir), "DataError", /validation/);
    const set = await openSegmented(dir, { pilotShare: 0.2 });
    assert.deepEqual(set.training.names, frames.slice(0, 8));
    assert.deepEqual(set.validation.names, ["8", "9"]);
    assert.deepEqual([set.training.length, set.validation.length, set.pilotShare], [8, 2, 0.2]);
    assert.equal(set.validation.entry?.(1).image, join(dir, "images/training/9.png"));
    for (const split of [set.training, set.validation]) {
      for (let i = 0; i < split.length; i++) await split.read(i);
    }
    const larger = await openSegmented(dir, { pilotShare: 0.55 });
    assert.deepEqual(larger.validation.names, ["4", "5", "6", "7", "8", "9"]); // round(5.5)
    const { training, validation } = await larger.identity();
    assert.deepEqual([training, validation], [4, 6]);
  }));

Deno.test("openSegmented() identifies a pilot by what is trained and evaluated on, and nothing else", () =>
  withFolder(async (dir) => {
    for (const name of ["a", "b", "c"]) await putPair(dir, "training", name);
    await putPair(dir, "validation", "d");
    await put(dir, "classes.txt", "a\nb\nc\n");
    const hash = async (options: OpenSegmentedOptions) =>
      (await (await openSegmented(dir, options)).identity()).listSha256;
    const line = async (part: string, path: string) =>
      `${part}/${path}\t${(await Deno.stat(join(dir, path))).size}\n`;
    const lines = async (part: string, names: string[]) => [
      ...await Promise.all(names.map((name) => line(part, `annotations/training/${name}.png`))),
      ...await Promise.all(names.map((name) => line(part, `images/training/${name}.png`))),
    ];
    const list = [...await lines("training", ["a", "b"]), ...await lines("validation", ["c"])];
    const pilot = await hash({ pilotShare: 0.3 });
    assert.equal(pilot, createHash("sha256").update(list.join("")).digest("hex"));
    assert.equal(await hash({ pilotShare: 0.4 }), pilot); // the same images
    const others = [await hash({}), await hash({ pilotShare: 0.6 })];
    assert.equal(new Set([pilot, ...others]).size, 3);
    await put(dir, "images/validation/d.png", picture(8, 4)); // another size
    assert.equal(await hash({ pilotShare: 0.3 }), pilot);
    assert.notEqual(await hash({}), others[0]);
  }));

Deno.test("openSegmented() takes a pilot's images of those that a hash of their names leaves for training", () =>
  withFolder(async (dir) => {
    for (const name of frames) {
      await put(dir, `images/${name}.png`, picture(4, 2));
      await put(dir, `masks/${name}.png`, mask(4, 2, [1, 2, 3, 1, 2, 3, 1, 2]));
    }
    await put(dir, "classes.txt", "a\nb\nc\n");
    const left = frames.filter((name) => !isHeldOut(name, 0.3));
    assert.ok(left.length > 2 && left.length < frames.length);
    const set = await openSegmented(dir, { validationShare: 0.3, pilotShare: 0.4 });
    const held = Math.round(0.4 * left.length);
    assert.deepEqual(set.training.names, left.slice(0, -held));
    assert.deepEqual(set.validation.names, left.slice(-held));
    assert.deepEqual([set.validationShare, set.pilotShare], [0.3, 0.4]);
    await rejects(
      openSegmented(dir, { pilotShare: 0.4 }),
      "DataError",
      /in no folders training and validation: give the share to hold out by validationShare/,
    );
  }));

Deno.test("openSegmented() takes a pilot of PASCAL VOC's training list, unless val.txt shares images", () =>
  withFolder(async (dir) => {
    const [training, validation] = [["a", "b", "c", "d"], ["e", "gone"]];
    for (const [i, name] of [...training, "e"].entries()) await putVocPair(dir, name, i);
    await putList(dir, "train", training.toReversed());
    await putList(dir, "val", validation);
    await putList(dir, "trainval", [...training, "e"]);
    await rejects(openSegmented(dir), "DataError", /gone .* has no image/);
    const set = await openSegmented(dir, { pilotShare: 0.25 });
    assert.deepEqual([set.training.names, set.validation.names], [["a", "b", "c"], ["d"]]);
    await set.validation.read(0);
    await rejects(
      openSegmented(dir, { pilotShare: 0.25, trainingList: "trainval" }),
      "DataError",
      /Cannot take a pilot of the list trainval .* as 1 of its 5 images are listed in val\.txt/,
    );
    await Deno.remove(join(dir, "ImageSets/Segmentation/val.txt"));
    const whole = await openSegmented(dir, { pilotShare: 0.4, trainingList: "trainval" });
    assert.deepEqual(whole.validation.names, ["d", "e"]);
  }));

Deno.test("openSegmented() refuses a pilot that would train, or be evaluated, on nothing", () =>
  withFolder(async (dir) => {
    await putSegmented(dir);
    for (const pilotShare of [0, 1, -0.1, NaN]) {
      await rejects(
        openSegmented(dir, { pilotShare }),
        "RangeError",
        /pilotShare must be a number/,
      );
    }
    await rejects(
      openSegmented(dir, { pilotShare: 0.04 }),
      "DataError",
      /a pilot's share of 0\.04 of .* as 10 training images leave none to evaluate on: choose another share by pilotShare/,
    );
    await rejects(
      openSegmented(dir, { pilotShare: 0.96 }),
      "DataError",
      /10 training images leave none to train on/,
    );
    await Deno.remove(join(dir, "images/training"), { recursive: true });
    await Deno.remove(join(dir, "annotations/training"), { recursive: true });
    await rejects(
      openSegmented(dir, { pilotShare: 0.2 }),
      "DataError",
      /images folder holds no training images/,
    );
  }));

/** Pictures of two classes by their paths, one name of a class being the beginning of the other's. */
const pictures: readonly [path: string, text: string][] = [
  ...["5", "3", "1", "4", "2"].map((name): [string, string] => [`a/${name}.JPEG`, `a${name}`]),
  ...["2", "1", "3"].map((name): [string, string] => [`a-b/${name}.JPEG`, `b${name}`]),
];

/** What a share of 0.4 of them is, as entries are called. */
const held = {
  training: [
    "train/a/1.JPEG",
    "train/a/2.JPEG",
    "train/a/3.JPEG",
    "train/a-b/1.JPEG",
    "train/a-b/2.JPEG",
  ],
  validation: ["val/a/4.JPEG", "val/a/5.JPEG", "val/a-b/3.JPEG"],
};

function namesOf({ training, validation }: ClassifiedDataset) {
  const names = (split: ClassifiedDataset["training"]) =>
    Array.from({ length: split.length }, (_, i) => split.entry(i).name);
  return { training: names(training), validation: names(validation) };
}

Deno.test("openClassified() evaluates a pilot on the last training pictures of each class, in every layout", () =>
  withFolder(async (dir) => {
    const of = (name: string) => join(dir, name);
    for (const [path, text] of pictures) await put(of("folders"), `train/${path}`, text);
    await put(of("folders"), "val/other class/picture.webp", "of another format");
    await put(of("tars"), "train.tar", await packTar(...pictures));
    await put(of("tars"), "val.tar", "no archive");
    const inner = (name: string) =>
      packTar(
        ...pictures.filter(([path]) => path.startsWith(`${name}/`)).map((
          [path, text],
        ): [string, string] => [path.slice(name.length + 1), text]),
      );
    await put(
      of("official"),
      "ILSVRC2012_img_train.tar",
      await packTar(["a-b.tar", await inner("a-b")], ["a.tar", await inner("a")]),
    );
    await put(of("official"), "ILSVRC2012_img_val.tar", "no archive");
    const both = pictures.map(([path, text]): [string, string] => [`train/${path}`, text]);
    await put(dir, "set.tar", await packTar(["val/c/of another format.webp", "x"], ...both));
    const hashes = new Set<string>();
    for (const name of ["folders", "tars", "official", "set.tar"]) {
      await rejects(openClassified(of(name)), "DataError", /./);
      const set = await openClassified(of(name), { pilotShare: 0.4 });
      assert.deepEqual(namesOf(set), held, name);
      assert.deepEqual([set.classNames, set.pilotShare], [["a", "a-b"], 0.4]);
      const { training, validation, listSha256 } = await set.identity();
      assert.deepEqual([training, validation], [5, 3]);
      hashes.add(listSha256);
    }
    const lines = [...held.training, ...held.validation].sort().map((path) => `${path}\t2\n`);
    assert.deepEqual([...hashes], [createHash("sha256").update(lines.join("")).digest("hex")]);
  }));

Deno.test("openClassified() leaves CIFAR-10's test pictures alone in a pilot", () =>
  withFolder(async (dir) => {
    await put(dir, "batches.meta.txt", "cat\ndog\n");
    const records = Uint8Array.from({ length: 4 * 3073 }, (_, i) => i % 3073 === 0 ? i % 2 : 7);
    for (let i = 1; i <= 5; i++) await put(dir, `data_batch_${i}.bin`, records);
    await put(dir, "test_batch.bin", "cut off");
    await rejects(openClassified(dir), "DataError", /test_batch\.bin as its size/);
    const set = await openClassified(dir, { pilotShare: 0.1 });
    assert.deepEqual([set.training.length, set.validation.length], [18, 2]);
    assert.deepEqual(set.validation.entry(1), {
      name: "val/dog/data_batch_5_00003",
      label: 1,
      file: join(dir, "data_batch_5.bin"),
      offset: 3 * 3073 + 1,
      length: 3072,
      encoding: "cifar10",
    });
  }));

Deno.test("openClassified() refuses a pilot that a class would train, or be evaluated, on nothing", () =>
  withFolder(async (dir) => {
    for (const [path, text] of pictures) await put(dir, `train/${path}`, text);
    await rejects(
      openClassified(dir, { pilotShare: 2 }),
      "RangeError",
      /must be a number > 0 and < 1/,
    );
    await rejects(
      openClassified(dir, { pilotShare: 0.15 }),
      "DataError",
      /3 training pictures of the class a-b leave none to evaluate on: choose another share/,
    );
    await rejects(
      openClassified(dir, { pilotShare: 0.85 }),
      "DataError",
      /3 training pictures of the class a-b leave none to train on/,
    );
    await put(dir, "train/c/1.JPEG", "alone");
    await rejects(
      openClassified(dir, { pilotShare: 0.4 }),
      "DataError",
      /1 training picture of the class c leaves none to evaluate on: add images/,
    );
    await put(join(dir, "only"), "val/c/1.JPEG", "alone");
    await rejects(
      openClassified(join(dir, "only"), { pilotShare: 0.4 }),
      "DataError",
      /no train in it/,
    );
    await put(dir, "only.tar", await packTar(["val/c/1.JPEG", "alone"]));
    await rejects(
      openClassified(join(dir, "only.tar"), { pilotShare: 0.4 }),
      "DataError",
      /0 training pictures leave none/,
    );
  }));

Deno.test("loaders load a pilot's parts on threads of their own", () =>
  withFolder(async (dir) => {
    await putSegmented(join(dir, "masks"));
    for (let i = 0; i < 4; i++) {
      for (const name of ["a", "b"]) {
        await put(dir, `train/${name}/${i}.png`, picture(8, 8, 60 * i));
      }
    }
    const [masks, classes] = [
      await openSegmented(join(dir, "masks"), { pilotShare: 0.2 }),
      await openClassified(dir, { pilotShare: 0.25 }),
    ];
    const options = { size: 8, train: false, workers: 1, batchSize: 2 } as const;
    for (
      const [loader, wanted] of [
        [segmentationLoader(masks.validation, options), ["8", "9"]],
        [classificationLoader(classes.validation, options), ["val/a/3.png", "val/b/3.png"]],
      ] as const
    ) {
      const { value } = await loader.batches(0).next();
      await loader.close();
      assert.deepEqual(value?.names, wanted);
    }
  }));
