/** Sets whose masks, or whose parts, are not as ADE20k has them. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { DataError } from "../../datasets/errors.ts";
import { isHeldOut } from "../../datasets/masks/held_out.ts";
import { readMask } from "../../datasets/masks/pair.ts";
import { encodeRgbPng } from "../../datasets/images/png.ts";
import { openSegmented, type OpenSegmentedOptions } from "../../datasets/segmented.ts";
import { mask, picture, put, rejectsData, withFolder } from "./files.ts";
import { putList, putVocPair, vocNames } from "./voc/files.ts";

const zeroes = [0, 1, 2, 0, 1, 2, 0, 255];

/** Writes images and masks that count from 0, into folders of any names. */
async function putSet(
  root: string,
  names: readonly string[],
  [images, masks]: readonly [string, string] = ["images", "masks"],
): Promise<void> {
  for (const name of names) {
    await put(root, `${images}/${name}.png`, picture(4, 2));
    await put(root, `${masks}/${name}.png`, mask(4, 2, zeroes));
  }
  await put(root, "classes.txt", "a\nb\nc\n");
}

const names = Array.from({ length: 10 }, (_, i) => `image ${i}`);
const labels = "from-zero,255-ignored";

const rejects = (dir: string, options: OpenSegmentedOptions, ...messages: RegExp[]) =>
  rejectsData(() => openSegmented(dir, options), messages);

Deno.test("openSegmented() divides images without parts by a hash of their names, in every layout of folders", () =>
  withFolder(async (dir) => {
    for (const masks of ["masks", "annotations", "labels"]) {
      const root = join(dir, masks);
      await putSet(root, names, ["images", masks]);
      const set = await openSegmented(root, { labels, validationShare: 0.3 });
      const held = names.filter((name) => isHeldOut(name, 0.3));
      assert.ok(held.length > 0 && held.length < names.length);
      assert.deepEqual(set.validation.names, held);
      assert.deepEqual(set.training.names, names.filter((name) => !held.includes(name)));
      assert.deepEqual([set.coding, set.validationShare, set.classNames], [labels, 0.3, [
        "a",
        "b",
        "c",
      ]]);
      const { labels: read } = await set.training.read(0);
      assert.deepEqual([...read], [0, 1, 2, 0, 1, 2, 0, -1]);
      await putSet(root, ["one more"], ["images", masks]);
      const larger = await openSegmented(root, { labels, validationShare: 0.3 });
      for (const name of held) assert.ok(larger.validation.names.includes(name), name);
      for (const name of set.training.names) assert.ok(larger.training.names.includes(name), name);
    }
  }));

Deno.test("openSegmented() says what to do about a set without parts, and refuses a share of one with them", () =>
  withFolder(async (dir) => {
    const [flat, parts] = [join(dir, "flat"), join(dir, "parts")];
    await putSet(flat, names);
    await rejects(
      flat,
      {},
      /its images are in no folders training and validation: .*--validation-share 0\.2/,
    );
    await putSet(parts, names.slice(0, 7), ["images/train", "masks/train"]);
    await putSet(parts, names.slice(7), ["images/val", "masks/val"]);
    await rejects(
      parts,
      { validationShare: 0.2 },
      /a share of 0\.2 of .*parts as its folders say what is trained on \(7 images\) and what is held out \(3\)/,
      /leave validationShare \(--validation-share\) out/,
    );
    const { training, validation } = await openSegmented(parts, { labels });
    assert.deepEqual([training.names, validation.names], [names.slice(0, 7), names.slice(7)]);
    const only = join(dir, "one");
    await putSet(only, ["a"]);
    await rejects(only, { validationShare: 0.5 }, /none would be left for/);
    await assert.rejects(openSegmented(flat, { validationShare: 2 }), { name: "RangeError" });
  }));

Deno.test("openSegmented() names the partner that is missing, and masks that are JPEGs", () =>
  withFolder(async (dir) => {
    await putSet(dir, names);
    const options = { labels, validationShare: 0.3 } as const;
    await Deno.remove(join(dir, "masks/image 3.png"));
    await rejects(
      dir,
      options,
      /image image 3\.png has no partner, and masks\/image 3\.png is expected/,
    );
    await Deno.remove(join(dir, "masks/image 5.png"));
    await rejects(
      dir,
      options,
      /has no partner \(and 1 more like it: image 5\.png\), and .*: add that/,
    );
    await put(dir, "masks/image 5.png", mask(4, 2, zeroes));
    await put(dir, "masks/image 3_mask.png", mask(4, 2, zeroes));
    await rejects(
      dir,
      options,
      /image 3\.png is expected, where image 3_mask\.png is: .*, or give each mask its image's name/,
    );
    await Deno.remove(join(dir, "masks/image 3_mask.png"));
    await put(dir, "masks/image 3.jpg", "x");
    await rejects(
      dir,
      options,
      /masks\/image 3\.jpg as it is a JPEG, whose compression changes labels, .* make it again from its source/,
    );
  }));

Deno.test("openSegmented() hands every problem of single files to onProblem, and leaves these files out", () =>
  withFolder(async (dir) => {
    await putSet(dir, names);
    await Deno.remove(join(dir, "masks/image 3.png"));
    await Deno.remove(join(dir, "images/image 4.png"));
    await put(dir, "masks/image 5.jpg", "x");
    await put(dir, "images/image 6.jpg", "x");
    await put(dir, "masks/image 7.png", mask(4, 2, [9, 9, 9, 9, 9, 9, 9, 9]));
    const problems: string[] = [];
    const onProblem = ({ message }: DataError) => void problems.push(message);
    const set = await openSegmented(dir, { labels, validationShare: 0.3, onProblem });
    assert.equal(problems.length, 4);
    for (
      const [i, message] of [/image 5\.jpg as it is a JPEG/, /image 4\.png has no partner, /]
        .entries()
    ) {
      assert.ok(problems.some((problem) => message.test(problem)), `${i}: ${problems}`);
    }
    assert.ok(problems.every((problem) => !/more like it/.test(problem)));
    const kept = [...set.training.names, ...set.validation.names].sort();
    assert.deepEqual(kept, names.filter((name) => !/[34]$/.test(name)));
    // What is wrong inside of files, the reader of each says.
    const failed: string[] = [];
    for (const part of [set.training, set.validation]) {
      for (let i = 0; i < part.length; i++) {
        await readMask(part.entry!(i)).catch(({ message }) => failed.push(message));
      }
    }
    assert.ok(
      failed.some((message) => /image 7\.png as it holds the label 9/.test(message)),
      `${failed}`,
    );
  }));

Deno.test("openSegmented() takes the folder of masks that holds PNGs, and asks which where several do", () =>
  withFolder(async (dir) => {
    await putSet(dir, names);
    await put(dir, "annotations/instances.json", "{}");
    await put(dir, "labels/image 1.txt", "0 0.5 0.5 1 1");
    const set = await openSegmented(dir, { labels, validationShare: 0.3 });
    assert.match(set.training.entry!(0).mask, /masks/);
    await put(dir, "labels/image 1.png", mask(4, 2, zeroes));
    await rejects(
      dir,
      { validationShare: 0.3 },
      /holds both masks and labels, which mean the same/,
    );
  }));

Deno.test("openSegmented() takes class names from a palette, and refuses a list that names others", () =>
  withFolder(async (dir) => {
    const colors = encodeRgbPng(Uint8Array.from({ length: 24 }, (_, i) => i % 6), 4, 2);
    for (const name of names) {
      await put(dir, `images/${name}.png`, picture(4, 2));
      await put(dir, `masks/${name}.png`, colors);
    }
    const palette = join(dir, "palette.txt");
    await put(dir, "palette.txt", "0 1 2 cat\n3 4 5 void\n8 8 8 dog\n");
    const options = { palette, validationShare: 0.3 };
    const set = await openSegmented(dir, options);
    assert.deepEqual([set.classes, set.classNames], [2, ["cat", "dog"]]);
    assert.deepEqual([...(await set.training.read(0)).labels], [0, -1, 0, -1, 0, -1, 0, -1]);
    await put(dir, "classes.txt", "cat\ndog\n");
    assert.deepEqual((await openSegmented(dir, options)).classNames, ["cat", "dog"]);
    await put(dir, "classes.txt", "dog\ncat\n");
    await rejects(
      dir,
      options,
      /class 1 is "cat", and .*classes\.txt names "dog" there: give both/,
    );
    await put(dir, "classes.txt", "cat\n");
    await rejects(dir, options, /class 2 is "dog", and .*classes\.txt names none there/);
    await Deno.remove(join(dir, "classes.txt"));
    await put(dir, "palette.txt", "0 1 2 cat\n8 8 8 dog\n");
    await rejects(
      dir,
      options,
      /masks\/image \d\.png as its pixel at column 1, row 0 has the colour \(3, 4, 5\), which the palette/,
    );
    await rejects(
      dir,
      { ...options, labels },
      /by the palette .* and by labels from-zero,255-ignored/,
    );
  }));

Deno.test("identity() tells sets apart by how their masks are read and what is held out", () =>
  withFolder(async (dir) => {
    await putSet(dir, names);
    const hash = async (options: OpenSegmentedOptions) =>
      (await (await openSegmented(dir, options)).identity()).listSha256;
    const sizes = [picture(4, 2).length, mask(4, 2, zeroes).length];
    const paths = names.flatMap((name) => {
      const part = isHeldOut(name, 0.3) ? "validation" : "training";
      return [`${part}/images/${name}.png\t${sizes[0]}`, `${part}/masks/${name}.png\t${sizes[1]}`];
    });
    const sha256 = (lines: string[]) =>
      createHash("sha256").update(lines.map((line) => `${line}\n`).join("")).digest("hex");
    const lines = paths.toSorted();
    assert.equal(await hash({ validationShare: 0.3 }), sha256(lines));
    assert.equal(
      await hash({ validationShare: 0.3, labels: "zero-is-ignored" }),
      sha256(lines),
      "it is the usual one",
    );
    assert.equal(
      await hash({ validationShare: 0.3, labels }),
      sha256([...lines, `labels\t${labels}`]),
    );
    await put(dir, "palette.txt", "0 1 2 a\n3 4 5 void\n7 7 7 b\n8 8 8 c\n");
    assert.equal(
      await hash({ validationShare: 0.3, palette: join(dir, "palette.txt") }),
      sha256([...lines, "palette\t0,1,2,0 3,4,5,-1 7,7,7,1 8,8,8,2"]),
    );
    assert.notEqual(await hash({ validationShare: 0.6 }), sha256(lines));
  }));

Deno.test("openSegmented() reads PASCAL VOC's layout with other classes, and divides it where there is no list val", () =>
  withFolder(async (dir) => {
    const all = vocNames(0, 8);
    for (const [i, name] of all.entries()) await putVocPair(dir, name, i);
    await putList(dir, "train", all.slice(0, 6));
    await putList(dir, "val", all.slice(6));
    await rejects(dir, { labels }, /Cannot tell how many classes .* no classes\.txt in it/);
    await put(dir, "classes.txt", Array.from({ length: 9 }, (_, i) => `class ${i}`).join("\n"));
    const set = await openSegmented(dir, { labels });
    assert.deepEqual([set.coding, set.classes], [labels, 9]);
    const own = await openSegmented(dir);
    assert.deepEqual([own.coding, own.classes], ["voc", 21]);
    assert.deepEqual((await set.training.read(2)).labels, (await own.training.read(2)).labels);
    assert.notEqual((await set.identity()).listSha256, (await own.identity()).listSha256);
    await rejects(
      dir,
      { labels, validationShare: 0.3 },
      /its list val\.txt says what is held out: leave validationShare/,
    );
    await Deno.remove(join(dir, "ImageSets/Segmentation/val.txt"));
    await rejects(dir, { labels }, /val\.txt is not in its .*--validation-share 0\.2/);
    const divided = await openSegmented(dir, { labels, validationShare: 0.5 });
    const listed = all.slice(0, 6);
    assert.deepEqual(divided.validation.names, listed.filter((name) => isHeldOut(name, 0.5)));
    assert.deepEqual(divided.training.names, listed.filter((name) => !isHeldOut(name, 0.5)));
  }));
