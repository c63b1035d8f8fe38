import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { openAde20k } from "../../../datasets/ade20k/dataset.ts";
import { constantPrediction } from "../../../datasets/baseline.ts";
import { sceneClasses } from "../../../datasets/generated/paint.ts";
import { checkOptions } from "../../../datasets/generated/folder.ts";
import { generateScenes } from "../../../datasets/generated/scenes.ts";
import { countLabels, put, withFolder } from "../files.ts";
import { contents } from "./contents.ts";

const options = { training: 4, validation: 3, size: 32, seed: 5 };

Deno.test("generateScenes() writes a set that the reader opens and reads whole", () =>
  withFolder(async (parent) => {
    const dir = join(parent, "deep", "scenes");
    assert.equal(await generateScenes(dir, options), dir);
    const set = await openAde20k(dir);
    assert.deepEqual(set.classNames, sceneClasses.slice(0, 6));
    assert.deepEqual([set.training.length, set.validation.length], [4, 3]);
    for (let i = 0; i < 4; i++) {
      const { width, height, labels } = await set.training.read(i);
      assert.deepEqual([width, height], [32, 32]);
      assert.ok(labels.includes(-1) && labels.includes(0) && labels.includes(1));
      assert.ok(labels.filter((label) => label === -1).length < 0.25 * labels.length);
    }
    assert.deepEqual([...Deno.readDirSync(join(parent, "deep"))].map(({ name }) => name), [
      "scenes",
    ]);
  }));

Deno.test("generateScenes() shows every class, and no constant prediction does well", () =>
  withFolder(async (parent) => {
    const dir = join(parent, "scenes");
    await generateScenes(dir, { training: 0, validation: 24, size: 48, classes: 8 });
    const set = await openAde20k(dir);
    const seen = new Set<number>();
    for (let i = 0; i < 24; i++) {
      for (const label of (await set.validation.read(i)).labels) seen.add(label);
    }
    assert.deepEqual([...seen].sort((a, b) => a - b), [-1, 0, 1, 2, 3, 4, 5, 6, 7]);
    assert.ok((constantPrediction(await countLabels(set.validation, 8, 48))).mIoU < 10);
  }));

Deno.test("generateScenes() gives the same bytes for the same options, others for another seed", () =>
  withFolder(async (parent) => {
    const make = async (name: string, seed: number) => {
      await generateScenes(join(parent, name), { ...options, seed });
      const files = await contents(join(parent, name));
      files.delete("scenes.json");
      return files;
    };
    const first = await make("a", 5);
    assert.deepEqual(await make("b", 5), first);
    const other = await make("c", 6);
    const pictures = [...first.keys()].filter((path) => path.startsWith("images"));
    assert.equal(pictures.length, 7);
    for (const path of pictures) assert.notDeepEqual(other.get(path), first.get(path));
    // No validation scene repeats a training scene.
    const unique = new Set(pictures.map((path) => String(first.get(path))));
    assert.equal(unique.size, 7);
  }));

Deno.test("generateScenes() still makes what this version made", () =>
  withFolder(async (parent) => {
    const dir = join(parent, "scenes");
    await generateScenes(dir, options);
    const hash = createHash("sha256");
    for (const [path, bytes] of await contents(dir)) {
      if (path !== "scenes.json") hash.update(path).update(bytes);
    }
    // Another hash needs another `version` in scenes.ts, or caches keep the old scenes.
    assert.equal(
      hash.digest("hex"),
      "72eef9111e37dc2523255391e0a5f25d47ade96e374e7e8dae323992a77f67c2",
    );
  }));

Deno.test("generateScenes() leaves a complete set alone", () =>
  withFolder(async (parent) => {
    const dir = join(parent, "scenes");
    await generateScenes(dir, options);
    const [classes, image] = [
      join(dir, "classes.txt"),
      join(dir, "images/training/scene_000001.jpg"),
    ];
    await Deno.writeTextFile(classes, "marked\n");
    const before = await Deno.stat(image);
    await generateScenes(dir, options);
    assert.equal(await Deno.readTextFile(classes), "marked\n");
    assert.deepEqual((await Deno.stat(image)).ino, before.ino);
  }));

Deno.test("generateScenes() makes a partial set, or one of other options, anew", () =>
  withFolder(async (parent) => {
    const dir = join(parent, "scenes");
    await generateScenes(dir, options);
    const whole = await contents(dir);
    await Deno.remove(join(dir, "annotations/validation/scene_000002.png"));
    await generateScenes(dir, options);
    assert.deepEqual(await contents(dir), whole);
    await Deno.remove(join(dir, "classes.txt"));
    await generateScenes(dir, options);
    assert.deepEqual(await contents(dir), whole);
    await generateScenes(dir, { ...options, training: 2 });
    assert.equal((await openAde20k(dir)).training.length, 2);
    await put(dir, "scenes.json", "{ cut");
    await generateScenes(dir, options);
    assert.deepEqual(await contents(dir), whole);
  }));

Deno.test("generateScenes() twice at once leaves one complete set", () =>
  withFolder(async (parent) => {
    const dir = join(parent, "scenes");
    await Promise.all([generateScenes(dir, options), generateScenes(dir, options)]);
    assert.equal((await openAde20k(dir)).training.length, 4);
    assert.deepEqual([...Deno.readDirSync(parent)].map(({ name }) => name), ["scenes"]);
  }));

Deno.test("generateScenes() throws DataError, and touches nothing, when the folder holds other files", () =>
  withFolder(async (parent) => {
    await put(parent, "mine/thesis.txt", "years of work");
    await assert.rejects(generateScenes(join(parent, "mine"), options), {
      name: "DataError",
      message: /mine as it holds files other than generated scenes/,
    });
    assert.equal(await Deno.readTextFile(join(parent, "mine/thesis.txt")), "years of work");
    await generateScenes(join(parent, "scenes"), options);
    await put(parent, "scenes/notes.txt", "beside the scenes");
    await generateScenes(join(parent, "scenes"), options);
    await assert.rejects(generateScenes(join(parent, "scenes"), { ...options, seed: 1 }), {
      name: "DataError",
    });
    assert.equal(await Deno.readTextFile(join(parent, "scenes/notes.txt")), "beside the scenes");
    await assert.rejects(generateScenes(join(parent, "mine/thesis.txt/scenes"), options), {
      name: "DataError",
    });
  }));

Deno.test("generateScenes() throws RangeError when an option is out of range", () =>
  withFolder(async (parent) => {
    const bad = [
      { training: -1 },
      { training: 1.5 },
      { training: 0, validation: 0 },
      { size: 8 },
      { classes: 2 },
      { classes: 9 },
      { seed: 0.5 },
    ];
    for (const change of bad) {
      await assert.rejects(generateScenes(join(parent, "scenes"), { ...options, ...change }), {
        name: "RangeError",
        message: /must be an integer from/,
      });
    }
    assert.deepEqual([...Deno.readDirSync(parent)], []);
  }));

Deno.test("checkOptions() takes both ends of each range, and nothing beyond", () => {
  const check = (change: object) => checkOptions("make", { ...options, ...change }, [3, 4, 8]);
  const ranges: Record<string, readonly [low: number, high: number]> = {
    training: [0, 1e6],
    validation: [0, 1e6],
    size: [16, 4096],
    classes: [3, 8],
    seed: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  };
  for (const [name, [low, high]] of Object.entries(ranges)) {
    for (const value of [low, high]) {
      assert.deepEqual(check({ [name]: value }), { classes: 4, ...options, [name]: value });
    }
    for (const value of [low - 1, high + 1]) {
      assert.throws(() => check({ [name]: value }), {
        name: "RangeError",
        message: `Cannot make as ${name} must be an integer from ${low} to ${high}: ` +
          `current value is ${value}`,
      });
    }
  }
  assert.throws(() => check({ training: 0, validation: 0 }), /training \+ validation .* from 1 to/);
  assert.deepEqual(checkOptions("make", { training: 1, validation: 0 }, [3, 4, 8]), {
    training: 1,
    validation: 0,
    size: 64,
    classes: 4,
    seed: 0,
  });
});
