import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  decodeEntry,
  type ImageEntry,
  openClassified,
  readEntry,
} from "../../datasets/classified.ts";
import { type PackedEntry, packTar } from "./archives/pack.ts";
import {
  entriesOf,
  nestedTar,
  putFlat,
  putFolders,
  readSet,
  twoClasses,
  wholeSet,
} from "./classified_files.ts";
import { picture, put, withFolder } from "./files.ts";

/** Ways to lay out the same set; each returns the path to open. */
const layouts: Record<string, (dir: string) => Promise<string | void>> = {
  "folders": async (dir) => {
    await putFolders(dir, "train");
    await putFolders(dir, "val");
  },
  "folders of which one is called test": async (dir) => {
    await putFolders(dir, "train");
    await putFolders(dir, "val", "test");
  },
  "two archives": async (dir) => {
    await put(dir, "train.tar", await packTar(...entriesOf("train")));
    await put(dir, "validation.tar", await packTar(...entriesOf("val", "./val/")));
  },
  "an archive and a folder": async (dir) => {
    await put(dir, "train.tar", await packTar(...entriesOf("train", "some/where/")));
    await putFolders(dir, "val");
  },
  "one archive": async (dir) => {
    const entries = [...entriesOf("val", "set/val/"), ...entriesOf("train", "set/train/")];
    await put(dir, "set.tar", await packTar(["set/README", "hello"], ...entries));
    return join(dir, "set.tar");
  },
  "ImageNet's archives and a list": async (dir) => {
    await put(dir, "ILSVRC2012_img_train.tar", await nestedTar());
    const flat = entriesOf("val").map(([path, text]) => [path.slice(4), text] as PackedEntry);
    await put(dir, "ILSVRC2012_img_val.tar", await packTar(...flat));
    await put(dir, "val_labels.txt", valLabels);
  },
  "Kaggle's folders": async (dir) => {
    await putFolders(join(dir, "ILSVRC/Data/CLS-LOC"), "train");
    await putFlat(dir, "ILSVRC/Data/CLS-LOC/val");
    const rows = Object.keys(twoClasses.val).map((path) => {
      const [className, file = ""] = path.split("/");
      return `${file.replace(".JPEG", "")},${className} 1 2 3 4 ${className} 5 6 7 8`;
    });
    await put(dir, "LOC_val_solution.csv", ["ImageId,PredictionString", ...rows, ""].join("\r\n"));
  },
};

const valLabels = Object.keys(twoClasses.val).map((path) => path.split("/").reverse().join(" "))
  .join("\n");

for (const [layout, write] of Object.entries(layouts)) {
  Deno.test(`openClassified() reads ${layout}`, () =>
    withFolder(async (dir) => {
      assert.deepEqual(await readSet(await write(dir) ?? dir), wholeSet);
    }));
}

Deno.test("openClassified() gives the same identity for the same pictures in every layout", async () => {
  const lines = Object.entries(twoClasses).flatMap(([part, files]) =>
    Object.entries(files).map(([path, text]) => `${part}/${path}\t${text.length}\n`)
  );
  const listSha256 = createHash("sha256").update(lines.sort().join("")).digest("hex");
  for (const write of Object.values(layouts)) {
    await withFolder(async (dir) => {
      const set = await openClassified(await write(dir) ?? dir);
      const { name, ...identity } = await set.identity();
      assert.equal(name, set.name);
      assert.deepEqual(identity, { classes: 2, training: 3, validation: 3, listSha256 });
    });
  }
});

Deno.test("openClassified().identity() sorts by the whole path, and tells another selection apart", () =>
  withFolder(async (dir) => {
    for (const path of ["a/2.jpg", "a/1.jpg", "a-b/1.jpg", "a.b/1.jpg"]) {
      await put(dir, `train/${path}`, "x");
    }
    const paths = ["train/a-b/1.jpg", "train/a.b/1.jpg", "train/a/1.jpg", "train/a/2.jpg"];
    const hash = createHash("sha256").update(paths.map((path) => `${path}\t1\n`).join(""));
    const before = (await (await openClassified(dir)).identity()).listSha256;
    assert.equal(before, hash.digest("hex"));
    await put(dir, "train/a/2.jpg", "xx");
    assert.notEqual((await (await openClassified(dir)).identity()).listSha256, before);
  }));

Deno.test("openClassified() tells name, root and classes", () =>
  withFolder(async (dir) => {
    await putFolders(join(dir, "pets"), "train");
    const set = await openClassified(join(dir, "pets/"));
    assert.deepEqual([set.name, set.classes, set.classNames], ["pets", 2, ["n01", "n02"]]);
    assert.equal(set.root, join(dir, "pets/"));
    await put(dir, "cats.tar", await packTar(...entriesOf("train", "train/")));
    assert.equal((await openClassified(join(dir, "cats.tar"))).name, "cats");
  }));

Deno.test("openClassified() opens a set of which only one part is there", () =>
  withFolder(async (dir) => {
    await putFolders(join(dir, "a"), "train");
    assert.deepEqual(await readSet(join(dir, "a")), {
      training: wholeSet.training,
      validation: [],
    });
    await putFolders(join(dir, "b"), "val", "validation");
    assert.deepEqual(await readSet(join(dir, "b")), {
      training: [],
      validation: wholeSet.validation,
    });
  }));

Deno.test("openClassified() prefers val to test, and leaves test unread", () =>
  withFolder(async (dir) => {
    await putFolders(dir, "val");
    await put(dir, "test/unlabelled.jpg", "x");
    assert.deepEqual((await readSet(dir)).validation, wholeSet.validation);
  }));

Deno.test("openClassified() throws DataError that shows the layouts when there is nothing to read", () =>
  withFolder(async (dir) => {
    await put(dir, "n01/1.JPEG", "x");
    for (
      const [path, seen] of [[dir, "neither a train nor a val"], [
        join(dir, "none"),
        "no such file",
      ]] as const
    ) {
      await assert.rejects(openClassified(path), (error: Error) => {
        assert.equal(error.name, "DataError");
        assert.ok(error.message.includes(seen));
        assert.match(error.message, /ROOT\/train\/CLASS\/FILE\.JPEG/);
        return true;
      });
    }
  }));

Deno.test("entry() throws RangeError when the index is off", () =>
  withFolder(async (dir) => {
    await putFolders(dir, "train");
    const { training, validation } = await openClassified(dir);
    for (const index of [-1, 3, 0.5, NaN]) {
      assert.throws(() => training.entry(index), {
        name: "RangeError",
        message: /current value is/,
      });
    }
    assert.throws(() => validation.entry(0), { name: "RangeError", message: /< 0/ });
  }));

Deno.test("entry() gives plain objects, which can be sent to a worker", () =>
  withFolder(async (dir) => {
    await putFolders(dir, "train");
    const entry = (await openClassified(dir)).training.entry(0);
    assert.deepEqual(structuredClone(entry), entry);
  }));

Deno.test("readEntry() throws DataError when the file has shrunk, vanished or cannot be read", () =>
  withFolder(async (dir) => {
    await put(dir, "train.tar", await packTar(...entriesOf("train")));
    await putFolders(dir, "val");
    const { training, validation } = await openClassified(dir);
    await Deno.truncate(join(dir, "train.tar"), 520);
    await assert.rejects(readEntry(training.entry(2)), {
      name: "DataError",
      message: /train\.tar as it ends at byte 520/,
    });
    await Deno.remove(join(dir, "train.tar"));
    await Deno.remove(join(dir, "val/n01"), { recursive: true });
    for (const entry of [training.entry(0), validation.entry(0)]) {
      await assert.rejects(readEntry(entry), { name: "DataError", message: /restore it/ });
    }
  }));

Deno.test("readEntry() many times at once gives each its own bytes", () =>
  withFolder(async (dir) => {
    const contents = Array.from({ length: 200 }, (_, i) => String(i).repeat(1 + i % 7));
    const entries = contents.map((text, i) =>
      [`a/${String(i).padStart(3, "0")}.jpg`, text] as [string, string]
    );
    await put(dir, "train.tar", await packTar(...entries));
    const { training } = await openClassified(dir);
    const read = await Promise.all(contents.map((_, i) => readEntry(training.entry(i))));
    assert.deepEqual(read.map((bytes) => new TextDecoder().decode(bytes)), contents);
  }));

Deno.test("decodeEntry() goes by the content, and names a bad picture by file and name", () =>
  withFolder(async (dir) => {
    await put(
      dir,
      "train.tar",
      await packTar(["a/png.JPEG", picture(5, 3)], ["a/text.JPEG", "no picture"]),
    );
    const { training } = await openClassified(dir);
    const decode = async (entry: ImageEntry) => await decodeEntry(entry, await readEntry(entry));
    const { width, height } = await decode(training.entry(0));
    assert.deepEqual([width, height], [5, 3]);
    await assert.rejects(decode(training.entry(1)), {
      name: "DataError",
      message: /train\.tar \(train\/a\/text\.JPEG\) as its 10 bytes begin neither/,
    });
  }));
