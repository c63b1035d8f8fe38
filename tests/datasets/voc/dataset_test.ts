import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { encodeGrayPng, encodeRgbPng } from "../../../datasets/images/png.ts";
import { vocPalette } from "../../../datasets/masks/palette.ts";
import { openSegmented } from "../../../datasets/segmented.ts";
import { openVoc } from "../../../datasets/voc/dataset.ts";
import { picture, put, putPair, rejectsData, withFolder } from "../files.ts";
import { listFolder, putList, putVocPair, side, vocMaskPng, vocNames, writeVoc } from "./files.ts";

/** Runs `body` with a set in PASCAL VOC's layout. */
function withVoc(body: (root: string, dir: string) => Promise<void>): Promise<void> {
  return withFolder(async (dir) => {
    const root = join(dir, "VOCdevkit", "VOC2012");
    await writeVoc(root);
    await body(root, dir);
  });
}

const rejects = (dir: string, messages: RegExp[], trainingList?: string) =>
  rejectsData(
    () => openSegmented(dir, trainingList === undefined ? {} : { trainingList }),
    messages,
  );

Deno.test("openSegmented() reads PASCAL VOC's layout: 21 classes, the background one of them", () =>
  withVoc(async (root, dir) => {
    for (const path of [root, join(dir, "VOCdevkit"), dir]) {
      const set = await openSegmented(path);
      assert.deepEqual([set.name, set.root, set.coding], ["VOC2012", root, "voc"]);
      assert.equal(set.classes, 21);
      assert.deepEqual([0, 1, 15, 20].map((label) => set.classNames[label]), [
        "background",
        "aeroplane",
        "person",
        "tvmonitor",
      ]);
      assert.deepEqual(set.training.names, vocNames(0, 8));
      assert.deepEqual(set.validation.names, vocNames(100, 8));
    }
    const { training } = await openSegmented(root);
    const { labels, width, height, name } = await training.read(3);
    assert.deepEqual([name, width, height], ["2007_000003", side, side]);
    assert.deepEqual([0, 7, 10].map((row) => labels[row * side]), [0, -1, 4]);
    assert.equal(labels[10 * side + 16], 5);
    await assert.rejects(training.read(8), {
      name: "RangeError",
      message: /< 8: current value is 8/,
    });
  }));

Deno.test("openSegmented() trains on the lists asked for, each image once, by VOC's mask where there are two", () =>
  withVoc(async (root) => {
    const namesOf = async (trainingList: string) =>
      (await openSegmented(root, { trainingList })).training;
    const all = [...vocNames(0, 8), ...vocNames(200, 4)];
    // The augmented set brings masks of VOC's own images along, as DeepLab's copy does.
    await putVocPair(root, "2007_000003", 9, "SegmentationClassAug");
    for (const list of ["trainaug", "train+aug", "aug + train", "trainaug+train"]) {
      const split = await namesOf(list);
      assert.deepEqual(split.names, all, list);
      const [own, added] = [split.entry!(3).mask, split.entry!(8).mask];
      assert.equal(own, join(root, "SegmentationClass/2007_000003.png"));
      assert.equal(added, join(root, "SegmentationClassAug/2007_000200.png"));
      assert.equal((await split.read(8)).labels[10 * side], 1);
    }
    assert.deepEqual((await namesOf("aug")).names, vocNames(200, 4));
    assert.equal((await namesOf("trainval")).length, 16);
  }));

Deno.test("openSegmented() reads lists of two paths a line, which say where the mask is", () =>
  withVoc(async (root) => {
    await putVocPair(root, "2007_000003", 9, "SegmentationClassAug");
    await put(
      root,
      `${listFolder}/train_aug.txt`,
      "/JPEGImages/2007_000003.jpg /SegmentationClassAug/2007_000003.png\r\n" +
        "VOC2012/JPEGImages/2007_000001.jpg VOC2012/SegmentationClass/2007_000001.png\r\n\r\n",
    );
    const { training } = await openSegmented(root, { trainingList: "train_aug" });
    assert.deepEqual(training.names, ["2007_000001", "2007_000003"]);
    assert.equal(training.entry!(1).mask, join(root, "SegmentationClassAug/2007_000003.png"));
    assert.equal((await training.read(1)).labels[10 * side], 10);
    await Deno.remove(join(root, "SegmentationClassAug/2007_000003.png"));
    await rejects(root, [
      /2007_000003 \(train_aug\.txt, line 1\) has no mask in SegmentationClassAug: add/,
    ], "train_aug");
  }));

Deno.test("identity() of a set with lists hashes the files in use, by the list that they are in", () =>
  withVoc(async (root) => {
    const sizeOf = async (path: string) => (await Deno.stat(join(root, path))).size;
    const lines: string[] = [];
    for (const [part, first] of [["training", 0], ["validation", 100]] as const) {
      for (const name of vocNames(first, 8)) {
        for (const path of [`JPEGImages/${name}.jpg`, `SegmentationClass/${name}.png`]) {
          lines.push(`${part}/${path}\t${await sizeOf(path)}\n`);
        }
      }
    }
    const identity = await (await openSegmented(root)).identity();
    const wanted = createHash("sha256").update(lines.sort().join("")).digest("hex");
    assert.equal(identity.listSha256, wanted);
    assert.deepEqual([identity.classes, identity.training, identity.validation], [21, 8, 8]);
    const hashOf = async (trainingList: string) =>
      (await (await openSegmented(root, { trainingList })).identity()).listSha256;
    assert.equal(await hashOf("trainaug"), await hashOf("train+aug"), "the same images");
    assert.equal(new Set([wanted, await hashOf("trainaug"), await hashOf("trainval")]).size, 3);
  }));

Deno.test("openSegmented() throws DataError when a VOC folder is without its lists", () =>
  withVoc(async (root) => {
    await Deno.remove(join(root, listFolder, "val.txt"));
    await rejects(root, [
      /val\.txt is not in its ImageSets\/Segmentation, .* aug, train, trainaug/,
    ]);
    await putList(root, "val", vocNames(100, 8));
    await Deno.remove(join(root, listFolder, "train.txt"));
    await rejects(root, [/train\.txt is not in .*: choose one of these, .* by trainingList/]);
    await rejects(root, [/trainAug\.txt is not in .* trainaug, trainval, val/], "trainAug");
    await rejects(root, [/a list without a name is not in/], "aug+");
    await Deno.remove(join(root, "ImageSets"), { recursive: true });
    const none =
      /is in PASCAL VOC's layout and has no lists: add ImageSets\/Segmentation\/train\.txt/;
    await rejects(root, [none]);
    await put(root, `${listFolder}/.train.txt`, "2007_000000\n"); // hidden
    await rejects(root, [none]);
  }));

Deno.test("openSegmented() throws DataError when a list is empty, or is none of images' names", () =>
  withVoc(async (root) => {
    await put(root, `${listFolder}/empty.txt`, "\n \n\r\n");
    await rejects(root, [/empty\.txt as it names no image: write/], "empty");
    await putList(root, "main", ["2007_000000  1", "2007_000001 -1"]);
    await rejects(
      root,
      [/main\.txt as "2007_000000 {2}1" \(main\.txt, line 1\) is neither/, /such as Main/],
      "main",
    );
    await putList(root, "twice", ["2007_000000", "2007_000001", "2007_000000"]);
    await rejects(
      root,
      [/names 2007_000000 twice, in twice\.txt, line 1 and twice\.txt, line 3/],
      "twice",
    );
    await put(root, `${listFolder}/latin.txt`, Uint8Array.of(0x63, 0xe9, 10));
    await rejects(root, [/latin\.txt as it is not a text in UTF-8/], "latin");
    await putList(root, "up", ["../2007_000000"]);
    await rejects(root, [/"\.\.\/2007_000000" .* is neither an image's name/], "up");
  }));

Deno.test("openSegmented() throws DataError when a list names what is missing", () =>
  withVoc(async (root) => {
    await putList(root, "files", ["2007_000001.jpg"]);
    await rejects(root, [/no image in JPEGImages: write .* ending, as 2007_000001$/], "files");
    await putList(root, "others", ["2008_000001.jpg"]);
    await rejects(root, [/2008_000001\.jpg .* no image in JPEGImages: add the file/], "others");
    await Deno.remove(join(root, "SegmentationClass/2007_000103.png"));
    await Deno.remove(join(root, "SegmentationClass/2007_000105.png"));
    await rejects(root, [
      /2007_000103 \(val\.txt, line 4\) has no mask in SegmentationClass or SegmentationClassAug/,
      /\(and 1 more like it\): add the file, or take the name out/,
    ]);
    await Deno.remove(join(root, "JPEGImages/2007_000002.jpg"));
    await rejects(root, [/2007_000002 \(train\.txt, line 3\) has no image in JPEGImages: add/]);
    await put(root, "JPEGImages/2007_000002.bmp", "BM");
    await rejects(root, [/2007_000002 .* has no image in JPEGImages/]);
    await Deno.remove(join(root, "JPEGImages"), { recursive: true });
    await rejects(root, [/2007_000000 .* has no image in JPEGImages \(and 7 more like it\)/]);
  }));

Deno.test("read() throws DataError when a mask has another size, an unknown palette or class", () =>
  withVoc(async (root) => {
    const path = "SegmentationClass/2007_000101.png";
    const file = /SegmentationClass\/2007_000101\.png/;
    await put(root, path, vocMaskPng(new Uint8Array(16 * 8), 16));
    await rejects(root, [file, /it is 16×8, and its image is 32×32: make the mask anew/]);
    const values = Uint8Array.from({ length: side * side }, (_, i) => i % 22);
    await put(root, path, vocMaskPng(values));
    await rejects(root, [file, /holds the class index 21, and PASCAL VOC has the classes 0 to 20/]);
    await put(root, path, encodeGrayPng(values, side, side));
    await rejects(root, [file, /holds the class index 21/]);
    const other = vocPalette.map(([r, g, b], i) =>
      i === 5 ? [r, g, 1] as const : [r, g, b] as const
    );
    await put(root, path, encodeGrayPng(values, side, side, other));
    await rejects(root, [file, /an unknown palette: its index 5 is \(128, 0, 1\)/]);
    await put(root, path, encodeRgbPng(new Uint8Array(side * side * 3).fill(9), side, side));
    await rejects(root, [file, /a pixel of the colour \(9, 9, 9\)/]);
    await put(root, path, "");
    await rejects(root, [file, /no PNG header/]);
  }));

Deno.test("openSegmented() reads ADE20k's layout as its own reader does", () =>
  withFolder(async (dir) => {
    await put(dir, "classes.txt", "a\nb\nc\n");
    await putPair(dir, "training", "a");
    const set = await openSegmented(dir);
    assert.deepEqual([set.coding, set.classes, set.training.length], ["ade20k", 3, 1]);
    assert.deepEqual([...(await set.training.read(0)).labels].slice(0, 4), [-1, 0, 1, 2]);
    await rejects(
      dir,
      [/on the list train .* ADE20k's layout, .*: leave trainingList out/],
      "train",
    );
  }));

Deno.test("openSegmented() shows both layouts when it finds neither, and refuses both together", () =>
  withFolder(async (dir) => {
    const layouts = [/ROOT\/images\/training\/NAME\.jpg/, /ROOT\/SegmentationClass\/NAME\.png/];
    await rejects(join(dir, "nowhere"), [/there is no such folder/, ...layouts]);
    await rejects(dir, [/neither an images nor a JPEGImages folder/, ...layouts]);
    await put(dir, "VOCtrainval_11-May-2012.tar", "tar");
    await rejects(join(dir, "VOCtrainval_11-May-2012.tar"), [/it is a file .*: unpack it/]);
    await writeVoc(dir);
    await put(dir, "images/training/a.png", picture(4, 2));
    await rejects(dir, [/there are two layouts, ADE20k's in .* and PASCAL VOC's in/]);
  }));

Deno.test("openSegmented() asks which year where VOCdevkit holds several", () =>
  withFolder(async (dir) => {
    for (const year of ["VOC2007", "VOC2012"]) await writeVoc(join(dir, year));
    await rejects(dir, [/several years: pass one of .*VOC2007, .*VOC2012$/]);
    assert.equal((await openSegmented(join(dir, "VOC2007"))).name, "VOC2007");
    await Deno.remove(join(dir, "VOC2007"), { recursive: true });
    await Deno.mkdir(join(dir, "VOC2007/Annotations"), { recursive: true }); // nothing to segment
    assert.equal((await openSegmented(dir)).name, "VOC2012");
  }));

Deno.test("openVoc() reads a folder whose masks are all augmented ones", () =>
  withFolder(async (root) => {
    for (const [i, name] of vocNames(0, 3).entries()) {
      await putVocPair(root, name, i, "SegmentationClassAug");
    }
    await putList(root, "train", vocNames(0, 2));
    await putList(root, "val", vocNames(2, 1));
    const { training, validation } = await openVoc(root);
    assert.deepEqual([training.length, validation.length], [2, 1]);
    assert.equal((await validation.read(0)).labels[10 * side], 3);
  }));
