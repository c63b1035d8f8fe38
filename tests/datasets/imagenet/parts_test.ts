import assert from "node:assert/strict";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { openClassified } from "../../../datasets/classified.ts";
import { type PackedEntry, packTar } from "../archives/pack.ts";
import {
  entriesOf,
  nestedTar,
  putFlat,
  putFolders,
  readSet,
  wholeSet,
} from "../classified_files.ts";
import { put, withFolder } from "../files.ts";
import { archiveFixture } from "../fixtures/archives.ts";

async function rejects(path: string, ...messages: RegExp[]): Promise<void> {
  await assert.rejects(openClassified(path), (error: Error) => {
    assert.equal(error.name, "DataError");
    for (const message of messages) assert.match(error.message, message);
    return true;
  });
}

Deno.test("openClassified() passes over files that are no pictures by name", () =>
  withFolder(async (dir) => {
    await putFolders(dir, "train");
    await putFolders(dir, "val");
    for (
      const name of [
        "README",
        ".DS_Store",
        "n01/Thumbs.db",
        "n01/._n01_7.JPEG",
        ".cache/1.jpg",
        "n01/list.txt",
      ]
    ) {
      await put(dir, `train/${name}`, "x");
      await put(dir, `val/${name}`, "x");
    }
    await put(dir, "train/n01/more/9.JPEG", "in a folder of its own");
    assert.deepEqual(await readSet(dir), wholeSet);
    const junk = [
      "train/README",
      "train/n01/._n01_7.JPEG",
      "train/.cache/1.jpg",
      "train/n01/Thumbs.db",
    ] as const;
    await put(
      dir,
      "set.tar",
      await packTar(
        ...junk.map((path): PackedEntry => [path, "x"]),
        ...entriesOf("train", "train/"),
      ),
    );
    assert.deepEqual((await readSet(join(dir, "set.tar"))).training, wholeSet.training);
  }));

Deno.test("openClassified() reads archives whose paths lead out of the folder, and unpacks nothing", () =>
  withFolder(async (dir) => {
    const out = entriesOf("train", "../../train/");
    const about = entriesOf("val").map((
      [path, text],
    ): PackedEntry => [`./val//x/../${path}`, text]);
    await put(dir, "train.tar", await packTar(...out));
    await put(dir, "val.tar", await packTar(...about));
    assert.deepEqual(await readSet(dir), wholeSet);
  }));

Deno.test("openClassified() follows links to parts, classes and pictures", () =>
  withFolder(async (dir) => {
    await putFolders(join(dir, "elsewhere"), "train");
    await putFolders(join(dir, "elsewhere"), "val");
    await Deno.mkdir(join(dir, "set/train/n01"), { recursive: true });
    await Deno.symlink(join(dir, "elsewhere/val"), join(dir, "set/val"));
    await Deno.symlink(join(dir, "elsewhere/train/n02"), join(dir, "set/train/n02"));
    await Deno.symlink(
      join(dir, "elsewhere/train/n01/n01_7.JPEG"),
      join(dir, "set/train/n01/n01_7.JPEG"),
    );
    assert.deepEqual(await readSet(join(dir, "set")), wholeSet);
  }));

Deno.test("openClassified() throws DataError when a class has no pictures, or they lie deeper", () =>
  withFolder(async (dir) => {
    await putFolders(dir, "train");
    await put(dir, "train/n03/notes.txt", "x");
    await rejects(dir, /train\/n03 as the class has no pictures/);
    await put(dir, "train/n03/images/1.JPEG", "x");
    await rejects(dir, /train\/n03 as it holds folders such as images and no pictures/);
  }));

Deno.test("openClassified() throws DataError when a part is empty, or holds archives that were not unpacked", () =>
  withFolder(async (dir) => {
    await Deno.mkdir(join(dir, "train"));
    await rejects(dir, /train as it holds no pictures and no folders/);
    await put(dir, "train/n01.tar", await packTar());
    await rejects(dir, /train as it holds archives such as n01\.tar/);
  }));

Deno.test("openClassified() throws DataError when a picture is of a kind that is not read", () =>
  withFolder(async (dir) => {
    await putFolders(dir, "train");
    await put(dir, "train/n01/8.webp", "x");
    await rejects(dir, /train\/n01\/8\.webp as it is a WebP, and pictures must be JPEG or PNG/);
    await put(dir, "set.tar", await packTar(["train/a/1.bmp", "x"]));
    await rejects(join(dir, "set.tar"), /set\.tar \(train\/a\/1\.bmp\)/);
  }));

Deno.test("openClassified() throws DataError when the parts disagree on classes", () =>
  withFolder(async (dir) => {
    await putFolders(dir, "train");
    await put(dir, "val/n03/1.JPEG", "x");
    await rejects(dir, /val as it has the class n03, and .*train does not/);
  }));

Deno.test("openClassified() throws DataError when pictures lie beside classes, or training pictures in none", () =>
  withFolder(async (dir) => {
    await putFolders(dir, "train");
    await put(dir, "train/lost.JPEG", "x");
    await rejects(dir, /train as it holds 1 pictures next to folders such as/);
    await putFlat(join(dir, "flat"), "train");
    await rejects(join(dir, "flat"), /flat\/train as its pictures are not in folders/);
    await put(dir, "mixed/train.tar", await packTar(["1.jpg", "x"], ["a/2.jpg", "x"]));
    await rejects(join(dir, "mixed"), /outside of folders next to classes such as a/);
  }));

Deno.test("openClassified() throws DataError when it is unclear which of two is meant", () =>
  withFolder(async (dir) => {
    await putFolders(dir, "train");
    await put(dir, "train.tar", await packTar(...entriesOf("train")));
    await rejects(dir, /both train and train\.tar are there: move one of them away/);
  }));

Deno.test("openClassified() throws DataError when an archive is compressed, whatever its name", () =>
  withFolder(async (dir) => {
    const bytes = gzipSync(await packTar(...entriesOf("val")));
    await putFolders(dir, "train");
    await put(dir, "val.tar.gz", bytes);
    await rejects(dir, /val\.tar\.gz as it is compressed.*gunzip/);
    await rejects(join(dir, "val.tar.gz"), /val\.tar\.gz as it is compressed.*gunzip/);
    await Deno.rename(join(dir, "val.tar.gz"), join(dir, "val.tar"));
    await rejects(dir, /val\.tar as it is compressed.*gunzip/);
  }));

Deno.test("openClassified() throws DataError when classes cannot be told from an archive's folders", () =>
  withFolder(async (dir) => {
    const tar = (...paths: string[]) => packTar(...paths.map((path): PackedEntry => [path, "x"]));
    await put(dir, "a/train.tar", await tar("n01/images/1.jpg", "n02/images/1.jpg"));
    await rejects(join(dir, "a"), /n02\/images\/1\.jpg is below "n02".*below "n01"/);
    await put(dir, "b/train.tar", await tar("train/n01/1.jpg", "val/n01/1.jpg"));
    await rejects(join(dir, "b"), /pack CLASS\/FILE for all pictures/);
    await put(dir, "c.tar", await tar("n01/1.jpg"));
    await rejects(join(dir, "c.tar"), /whole data set as it holds n01\/1\.jpg/);
    await put(dir, "d.tar", await tar("train/README"));
    await rejects(join(dir, "d.tar"), /whole data set as it holds no pictures/);
    await put(dir, "e/train.tar", await tar("README"));
    await rejects(join(dir, "e"), /train\.tar as it holds no pictures/);
  }));

Deno.test("openClassified() throws DataError when an archive has a link for a picture, or a picture twice", () =>
  withFolder(async (dir) => {
    const link = { name: "n01/2.jpg", type: "symlink", linkname: "1.jpg" } as const;
    await put(dir, "a/train.tar", await packTar(["n01/1.jpg", "x"], [link]));
    await rejects(join(dir, "a"), /n01\/2\.jpg in .*train\.tar as it is a link.*--dereference/);
    await put(dir, "b/train.tar", await packTar(["n01/1.jpg", "x"], ["n01/1.jpg", "y"]));
    await rejects(join(dir, "b"), /holds n01\/1\.jpg twice/);
  }));

Deno.test("openClassified() throws DataError when ImageNet's nested archive is cut off, or a class of it is empty", () =>
  withFolder(async (dir) => {
    const bytes = await nestedTar();
    await put(dir, "ILSVRC2012_img_train.tar", bytes.subarray(0, 3000));
    await rejects(dir, /ILSVRC2012_img_train\.tar as it is cut off at byte 3000/);
    await put(dir, "ILSVRC2012_img_train.tar", await packTar(["n01.tar", await packTar()]));
    await rejects(dir, /n01\.tar in it has no pictures/);
    const broken = bytes.slice();
    broken[512 + 5] = 1;
    await put(dir, "ILSVRC2012_img_train.tar", broken);
    await rejects(dir, /the archive inside it at byte 512\) as there is no tar header/);
  }));

Deno.test("openClassified() throws DataError when names are not UTF-8, in archives and in folders", () =>
  withFolder(async (dir) => {
    for (const file of Object.values(archiveFixture.oddNames)) {
      await put(dir, "train.tar", Uint8Array.fromBase64(file));
      await rejects(
        dir,
        /train\.tar as the name of its entry caf\ufffd\/1\.jpg is not in UTF-8/,
      );
    }
    // An inner archive's name is a class; other files may be called as they like.
    const [outer, note] = [
      await packTar(["caf!.tar", await packTar(["1.jpg", "x"])]),
      await packTar(["caf!.txt", "x"], ["a/1.jpg", "x"]),
    ];
    for (const bytes of [outer, note]) {
      bytes[3] = 0xe9;
      const checksum = bytes.subarray(148, 156);
      checksum.fill(32);
      const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0);
      checksum.set(new TextEncoder().encode(`${sum.toString(8).padStart(6, "0")}\0 `));
    }
    await put(dir, "train.tar", outer);
    await rejects(dir, /its entry caf\ufffd\.tar is not in UTF-8/);
    await put(dir, "train.tar", note);
    assert.equal((await openClassified(dir)).training.length, 1);
  }));

Deno.test({
  name: "openClassified() throws DataError when a folder's name is not UTF-8",
  ignore: Deno.build.os !== "linux", // elsewhere no file can have such a name
  fn: () =>
    withFolder(async (dir) => {
      await put(dir, "train/a/1.jpg", "x");
      const shell = new Deno.Command("sh", {
        args: ["-c", "mkdir \"$1/train/$(printf 'caf\\351')\"", "sh", dir],
      });
      assert.ok((await shell.output()).success);
      await rejects(dir, /train as the name caf\ufffd in it is not in UTF-8/);
      await new Deno.Command("rm", { args: ["-r", join(dir, "train")] }).output();
    }),
});
