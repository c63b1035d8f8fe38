import assert from "node:assert/strict";
import { join } from "node:path";
import { makeFolder, syncFolder, syncTree } from "../../datasets/durable.ts";

async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The folders and files that are flushed meanwhile. */
async function flushed(body: () => Promise<void>): Promise<string[]> {
  const { open } = Deno;
  const { sync } = Deno.FsFile.prototype;
  const paths = new Map<Deno.FsFile, string>();
  const found: string[] = [];
  Deno.open = async (path, options) => {
    const file = await open(path, options);
    paths.set(file, String(path));
    return file;
  };
  Deno.FsFile.prototype.sync = function () {
    found.push(paths.get(this)!);
    return sync.call(this);
  };
  try {
    await body();
  } finally {
    Deno.open = open;
    Deno.FsFile.prototype.sync = sync;
  }
  return found;
}

Deno.test({
  name: "makeFolder() flushes the folder above each that it makes, and none where it makes none",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFolder(async (top) => {
      const path = join(top, "a/b/c");
      const made = await flushed(() => makeFolder(path));
      assert.deepEqual(made, [top, join(top, "a"), join(top, "a/b")]);
      assert.ok((await Deno.stat(path)).isDirectory);
      assert.deepEqual(await flushed(() => makeFolder(path)), []);
    }),
});

Deno.test({
  name: "syncTree() flushes files before the folder that they are in",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFolder(async (top) => {
      await Deno.mkdir(join(top, "a"));
      await Deno.writeTextFile(join(top, "a/x"), "x");
      assert.deepEqual(await flushed(() => syncTree(top)), [join(top, "a/x"), join(top, "a"), top]);
    }),
});

Deno.test({
  name: "syncFolder() is silent of a file system that flushes no folders, and of nothing else",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await syncFolder("/dev/fd"); // procfs says EINVAL
    await assert.rejects(syncFolder("/nowhere/at/all"), Deno.errors.NotFound);
  },
});
