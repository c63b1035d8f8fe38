import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { openAde20k } from "../../../datasets/ade20k/dataset.ts";
import { mask, picture, put, putPair, rejectsData, withFolder } from "../files.ts";

const rejects = (dir: string, messages: RegExp[], classes?: number) =>
  rejectsData(() => openAde20k(dir, classes === undefined ? {} : { classes }), messages);

Deno.test("openAde20k() reads a set of its own number of classes", () =>
  withFolder(async (dir) => {
    await put(dir, "classes.txt", "sky\r\nroad \n\ncar\n");
    await putPair(dir, "training", "b");
    await putPair(dir, "training", "a", [3, 3, 3, 3, 2, 2, 2, 2]);
    await putPair(dir, "validation", "c");
    const set = await openAde20k(dir);
    assert.equal(set.classes, 3);
    assert.deepEqual(set.classNames, ["sky", "road", "car"]);
    assert.deepEqual([set.training.length, set.validation.length], [2, 1]);
    assert.deepEqual(set.training.names, ["a", "b"]);
    const sample = await set.training.read(1);
    assert.deepEqual([sample.name, sample.width, sample.height], ["b", 4, 2]);
    assert.deepEqual([...sample.labels], [-1, 0, 1, 2, -1, 0, 1, 2]);
    assert.deepEqual(sample.image, new Uint8Array(24).fill(100));
    await assert.rejects(set.training.read(2), {
      name: "RangeError",
      message: />= 0 and < 2: current value is 2/,
    });
  }));

Deno.test("openAde20k() finds the official folder, its 150 classes, and leaves the four gray images out", () =>
  withFolder(async (dir) => {
    const root = join(dir, "ADEChallengeData2016");
    for (const number of ["00000001", "00001701", "00003020", "00008455", "00013508"]) {
      await putPair(root, "training", `ADE_train_${number}`);
    }
    await putPair(root, "validation", "ADE_val_00001701");
    const set = await openAde20k(dir);
    assert.equal(set.root, root);
    assert.equal(set.name, "ADEChallengeData2016");
    assert.equal(set.classes, 150);
    assert.equal(set.classNames.at(-1), "class 150");
    assert.deepEqual(set.training.names, ["ADE_train_00000001"]);
    assert.deepEqual(set.validation.names, ["ADE_val_00001701"]);
  }));

Deno.test("openAde20k() takes names from objectInfo150.txt and ignores hidden files and folders", () =>
  withFolder(async (dir) => {
    await put(
      dir,
      "objectInfo150.txt",
      "Idx\tRatio\tName\n1\t0.2\twall\n2\t0.1\tbuilding, edifice\n",
    );
    await putPair(dir, "validation", "a", [0, 1, 2, 2, 0, 1, 2, 2]);
    await put(dir, "images/validation/.DS_Store", "x");
    await put(dir, "images/validation/._a.jpg", "x");
    await put(dir, "images/validation/more/z.jpg", "x");
    const set = await openAde20k(dir);
    assert.deepEqual(set.classNames, ["wall", "building, edifice"]);
    assert.deepEqual([set.training.length, set.validation.length], [0, 1]);
  }));

Deno.test("identity() hashes the sorted names and sizes of the files in use", () =>
  withFolder(async (dir) => {
    await putPair(dir, "validation", "b");
    await putPair(dir, "training", "a");
    const sizes = [picture(4, 2).length, mask(4, 2, [0, 1, 2, 3, 0, 1, 2, 3]).length];
    const list = [
      `annotations/training/a.png\t${sizes[1]}`,
      `annotations/validation/b.png\t${sizes[1]}`,
      `images/training/a.png\t${sizes[0]}`,
      `images/validation/b.png\t${sizes[0]}`,
    ].map((line) => line + "\n").join("");
    const set = await openAde20k(dir, { classes: 3 });
    const identity = await set.identity();
    assert.equal(identity.listSha256, createHash("sha256").update(list).digest("hex"));
    assert.deepEqual([identity.classes, identity.training, identity.validation], [3, 1, 1]);
    await put(dir, "images/training/.note", "not in use");
    assert.deepEqual(await (await openAde20k(dir, { classes: 3 })).identity(), identity);
    await put(dir, "annotations/training/a.png", new Uint8Array(1));
    const changed = await (await openAde20k(dir, { classes: 3 })).identity();
    assert.notEqual(changed.listSha256, identity.listSha256);
  }));

Deno.test("openAde20k() throws DataError with the layout when the folder is missing or empty", () =>
  withFolder(async (dir) => {
    const layout = /ROOT\/images\/training\/NAME\.jpg[^]*ROOT\/annotations\/validation\/NAME\.png/;
    await rejects(join(dir, "nowhere"), [/nowhere as there is no such folder/, layout]);
    await rejects(dir, [/there is no images folder in it/, layout]);
    await put(dir, "images/training/notes.txt", "no image");
    await rejects(dir, [/holds no training or validation images/, layout]);
    await rejects(join(dir, "images/training/notes.txt"), [/there is no such folder/]);
  }));

Deno.test("openAde20k() throws DataError when a partner is missing", () =>
  withFolder(async (dir) => {
    await putPair(dir, "training", "a");
    await put(dir, "images/training/c.jpg", "x");
    await put(dir, "images/training/b.jpg", "x");
    await rejects(dir, [
      /image b\.jpg has no partner \(and 1 more/,
      /annotations\/training\/b\.png/,
    ], 3);
    await Deno.remove(join(dir, "images/training/b.jpg"));
    await Deno.remove(join(dir, "images/training/c.jpg"));
    await put(dir, "annotations/training/d.png", "x");
    await rejects(dir, [/mask d\.png has no partner,/, /images\/training\/d\.jpg is expected/], 3);
  }));

Deno.test("openAde20k() throws DataError when two images have one name", () =>
  withFolder(async (dir) => {
    await putPair(dir, "training", "a");
    await put(dir, "images/training/a.jpg", "x");
    await rejects(dir, [/a\.png/, /a\.jpg/, /keep one file for each name/], 3);
  }));

Deno.test("read() throws DataError when a mask has another size, or a label above the classes", () =>
  withFolder(async (dir) => {
    await putPair(dir, "validation", "a", [0, 1, 2, 3, 0, 1, 2, 4]);
    await rejects(dir, [/annotations\/validation\/a\.png/, /label 4/, /has 3 classes/], 3);
    assert.equal((await (await openAde20k(dir, { classes: 4 })).validation.read(0)).labels[7], 3);
    await put(dir, "annotations/validation/a.png", mask(2, 4, [1, 1, 1, 1, 1, 1, 1, 1]));
    await rejects(dir, [/annotations\/validation\/a\.png/, /it is 2×4, and its image is 4×2/], 3);
  }));

Deno.test("read() throws DataError naming the file when it is empty, garbage, or gone", () =>
  withFolder(async (dir) => {
    await putPair(dir, "validation", "a");
    const set = await openAde20k(dir, { classes: 3 });
    for (const bytes of [new Uint8Array(0), new Uint8Array(500).fill(65)]) {
      await put(dir, "annotations/validation/a.png", bytes);
      await rejects(dir, [/annotations\/validation\/a\.png/, /no PNG header/], 3);
    }
    await put(dir, "images/validation/a.png", "");
    await rejects(dir, [/images\/validation\/a\.png/, /0 bytes begin neither/], 3);
    await Deno.remove(join(dir, "images/validation/a.png"));
    await assert.rejects(set.validation.read(0), { name: "DataError", message: /a\.png \(/ });
  }));

Deno.test("openAde20k() throws when the classes are unknown, contradictory, or out of range", () =>
  withFolder(async (dir) => {
    await putPair(dir, "validation", "a");
    await rejects(dir, [/how many classes/, /no classes\.txt/]);
    for (const classes of [0, -1, 1.5, 256, NaN]) {
      await assert.rejects(openAde20k(dir, { classes }), {
        name: "RangeError",
        message: /1 to 255/,
      });
    }
    await put(dir, "classes.txt", "a\nb\n");
    await rejects(dir, [/classes\.txt as it names 2 classes, and 3 were asked for/], 3);
    await put(dir, "classes.txt", "\n \n");
    await rejects(dir, [/classes\.txt as it names no class/]);
  }));

Deno.test("openAde20k() reads class names in UTF-8 alone, with or without a byte order mark", () =>
  withFolder(async (dir) => {
    await putPair(dir, "training", "a");
    await put(dir, "classes.txt", "\ufeffcafé\nb\nc\n");
    assert.deepEqual((await openAde20k(dir)).classNames, ["café", "b", "c"]);
    const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    for (const odd of ["caf\xe9\nb\nc\n", "\xff\xfea\0\n\0b\0\n\0c\0"]) {
      await put(dir, "classes.txt", bytes(odd));
      await rejects(dir, [/classes\.txt as it is not a text in UTF-8/]);
    }
  }));

Deno.test("openAde20k() names a TIFF among images, and a mask that is no PNG", () =>
  withFolder(async (dir) => {
    await putPair(dir, "training", "a");
    await put(dir, "images/training/b.tif", "II");
    await put(dir, "annotations/training/b.png", mask(1, 1, [1]));
    await assert.rejects(openAde20k(dir, { classes: 3 }), {
      name: "DataError",
      message: /images\/training\/b\.tif as it is a TIFF, .*: convert it, or remove it$/,
    });
    await Deno.remove(join(dir, "images/training/b.tif"));
    await Deno.rename(
      join(dir, "annotations/training/b.png"),
      join(dir, "annotations/training/b.bmp"),
    );
    await assert.rejects(openAde20k(dir, { classes: 3 }), {
      message: /annotations\/training\/b\.bmp as it is a BMP, and masks must be PNG files/,
    });
  }));

for (
  const [name, path] of [
    ["ADE20K_2021_17_01", "images/ADE/training/urban/alley/ADE_train_00000001"],
    ["ADE20K_2016_07_26", "images/training/a/abbey/ADE_train_00000970"],
  ] as const
) {
  Deno.test(`openAde20k() asks for the benchmark when it is given ${name}`, () =>
    withFolder(async (dir) => {
      const wanted = {
        name: "DataError",
        message: /is ADE20K's full set, .* get ADEChallengeData2016\.zip from http/,
      };
      for (const root of [join(dir, "set", name), join(dir, "renamed")]) {
        await put(root, `${path}.jpg`, picture(4, 2));
        await put(root, `${path}_seg.png`, picture(4, 2));
        await put(root, `${path}/instance_000.png`, picture(4, 2));
        await assert.rejects(openAde20k(root), wanted);
      }
      await assert.rejects(openAde20k(join(dir, "set")), wanted);
      // Beside the benchmark itself it is of no concern.
      await putPair(join(dir, "set", "ADEChallengeData2016"), "validation", "ADE_val_00000001");
      assert.equal((await openAde20k(join(dir, "set"))).classes, 150);
    }));
}
