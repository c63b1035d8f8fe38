import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { decodeEntry, openClassified, readEntry } from "../../../datasets/classified.ts";
import { pictureClasses } from "../../../datasets/generated/paint_picture.ts";
import { generatePictures } from "../../../datasets/generated/pictures.ts";
import { put, withFolder } from "../files.ts";
import { contents } from "./contents.ts";

const options = { training: 20, validation: 9, size: 24, seed: 5 };

Deno.test("generatePictures() writes a set that the reader opens and reads whole", () =>
  withFolder(async (parent) => {
    const dir = join(parent, "deep", "pictures");
    assert.equal(await generatePictures(dir, options), dir);
    const { training, validation, classNames } = await openClassified(dir);
    assert.deepEqual(classNames, pictureClasses.slice(0, 8).toSorted());
    assert.deepEqual([training.length, validation.length], [20, 9]);
    for (const split of [training, validation]) {
      const labels = new Set<number>();
      for (let i = 0; i < split.length; i++) {
        const entry = split.entry(i);
        const { width, height } = await decodeEntry(entry, await readEntry(entry));
        assert.deepEqual([width, height], [24, 24]);
        assert.match(entry.name, new RegExp(`^(train|val)/${classNames[entry.label]}/.*\\.JPEG$`));
        labels.add(entry.label);
      }
      assert.equal(labels.size, 8);
    }
  }));

Deno.test("generatePictures() gives no class a colour of its own", () =>
  withFolder(async (parent) => {
    const dir = await generatePictures(join(parent, "pictures"), {
      training: 240,
      validation: 0,
      size: 24,
      classes: 4,
    });
    const { training } = await openClassified(dir);
    const sums = Array.from({ length: 4 }, () => [0, 0, 0]);
    for (let i = 0; i < training.length; i++) {
      const entry = training.entry(i);
      const { data } = await decodeEntry(entry, await readEntry(entry));
      data.forEach((value, at) => {
        const sum = sums[entry.label] as number[];
        sum[at % 3] = (sum[at % 3] ?? 0) + value / (60 * 24 * 24);
      });
    }
    // A picture's mean colour varies by about 45, hence the mean over 60 pictures by 6.
    for (const mean of sums.flat()) assert.ok(Math.abs(mean - 130) < 25, String(sums));
  }));

Deno.test("generatePictures() gives the same bytes for the same options, others for another seed", () =>
  withFolder(async (parent) => {
    const make = async (name: string, seed: number) => {
      await generatePictures(join(parent, name), { ...options, seed });
      const files = await contents(join(parent, name));
      files.delete("pictures.json");
      return files;
    };
    const first = await make("a", 5);
    assert.deepEqual(await make("b", 5), first);
    const other = await make("c", 6);
    assert.deepEqual([...other.keys()], [...first.keys()]);
    for (const [path, bytes] of first) assert.notDeepEqual(other.get(path), bytes);
    // No validation picture repeats a training picture.
    assert.equal(new Set([...first.values()].map(String)).size, 29);
  }));

Deno.test("generatePictures() still makes what this version made", () =>
  withFolder(async (parent) => {
    const dir = await generatePictures(join(parent, "pictures"), { ...options, classes: 10 });
    const hash = createHash("sha256");
    for (const [path, bytes] of await contents(dir)) {
      if (path !== "pictures.json") hash.update(path).update(bytes);
    }
    // Another hash needs another `version` in pictures.ts, or caches keep the old pictures.
    assert.equal(
      hash.digest("hex"),
      "1a3e1fda6187bc649e95aff5af082cc9dc58277dc9aa8a6b42a5130f979c154a",
    );
  }));

Deno.test("generatePictures() leaves a complete set alone, and makes a partial or another one anew", () =>
  withFolder(async (parent) => {
    const dir = await generatePictures(join(parent, "pictures"), options);
    const whole = await contents(dir);
    const marked = join(dir, "train/ball/ball_000000.JPEG");
    await Deno.writeTextFile(marked, "marked");
    await generatePictures(dir, options);
    assert.equal(await Deno.readTextFile(marked), "marked");
    await Deno.remove(marked);
    await generatePictures(dir, options);
    assert.deepEqual(await contents(dir), whole);
    await generatePictures(dir, { ...options, classes: 3, training: 4 });
    const { training, validation } = await openClassified(dir);
    assert.deepEqual([training.length, validation.length], [4, 9]);
  }));

Deno.test("generatePictures() throws, and touches nothing, when the folder is foreign or an option is off", () =>
  withFolder(async (parent) => {
    await put(parent, "mine/thesis.txt", "years of work");
    await assert.rejects(generatePictures(join(parent, "mine"), options), {
      name: "DataError",
      message: /mine as it holds files other than generated pictures/,
    });
    assert.equal(await Deno.readTextFile(join(parent, "mine/thesis.txt")), "years of work");
    for (const change of [{ training: -1 }, { classes: 1 }, { classes: 11 }, { size: 8 }]) {
      await assert.rejects(generatePictures(join(parent, "new"), { ...options, ...change }), {
        name: "RangeError",
        message: /Cannot generatePictures as \w+ must be an integer from/,
      });
    }
    await assert.rejects(generatePictures(join(parent, "new"), { ...options, training: 7 }), {
      name: "RangeError",
      message: /training must be 0 or >= 8, .*current value is 7/,
    });
    assert.deepEqual([...Deno.readDirSync(parent)].map(({ name }) => name), ["mine"]);
  }));
