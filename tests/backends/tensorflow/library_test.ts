import assert from "node:assert/strict";
import { libraryFiles } from "../../../src/backends/tensorflow/cache.ts";
import {
  findLibrary,
  libraryFolders,
  openLibrary,
  TensorFlowLibraryError,
} from "../../../src/backends/tensorflow/library.ts";
import { readString } from "../../../src/backends/tensorflow/status.ts";
import { libraryFolder, testWithLibrary } from "./harness.ts";

const { api, framework } = libraryFiles();
const mayOpen = Deno.permissions.querySync({ name: "ffi" }).state === "granted";

async function inFolder(body: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function withEnvironment(values: Record<string, string | undefined>, body: () => void): void {
  const set = (name: string, value: string | undefined) =>
    value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
  const before = Object.keys(values).map((name) => [name, Deno.env.get(name)] as const);
  try {
    Object.entries(values).forEach(([name, value]) => set(name, value));
    body();
  } finally {
    before.forEach(([name, value]) => set(name, value));
  }
}

function failure(folder: string): TensorFlowLibraryError {
  try {
    openLibrary(folder);
  } catch (error) {
    assert.ok(error instanceof TensorFlowLibraryError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: "the library was opened" });
}

Deno.test("openLibrary() says what it looked for, where, and what to do when the library is absent", () =>
  inFolder((folder) => {
    const { message } = failure(folder);
    for (const part of [api, framework, folder, "deno task setup", "TENSORFLOW_LIB"]) {
      assert.ok(message.includes(part), `${part} is not in: ${message}`);
    }
  }));

Deno.test({
  name: "openLibrary() says that a file is damaged or foreign when it is not a library",
  ignore: !mayOpen,
  fn: () =>
    inFolder(async (folder) => {
      for (const file of [api, framework]) {
        await Deno.writeTextFile(`${folder}/${file}`, "not a library");
      }
      const { message, cause } = failure(folder);
      assert.match(message, /is not one for \w+ on \w+, or it is damaged/);
      assert.ok(message.includes(Deno.build.arch));
      assert.ok(cause instanceof Error);
    }),
});

testWithLibrary(
  "openLibrary() says that the library is too old when it lacks a function",
  () =>
    inFolder(async (folder) => {
      // The framework's library is a real one, and has none of the C API's functions.
      await Deno.symlink(`${libraryFolder}/${framework}`, `${folder}/${framework}`);
      await Deno.symlink(`${libraryFolder}/${framework}`, `${folder}/${api}`);
      assert.match(failure(folder).message, /too old, as it lacks TF\w+/);
    }),
);

testWithLibrary("openLibrary() opens the library that is set up", () => {
  assert.match(readString(openLibrary().TF_Version()), /^2\.\d+\.\d+/);
});

Deno.test("findLibrary() looks in TENSORFLOW_LIB alone when it is set", () =>
  inFolder((folder) =>
    withEnvironment({ TENSORFLOW_LIB: folder }, () => {
      assert.deepEqual(libraryFolders(), [folder]);
      assert.equal(findLibrary(), undefined);
    })
  ));

Deno.test("findLibrary() prefers the build for GPUs when both are in the cache", () =>
  inFolder(async (cache) => {
    const environment = { TENSORFLOW_LIB: undefined, XDG_CACHE_HOME: cache };
    let folders: string[] = [];
    withEnvironment(environment, () => void (folders = libraryFolders()));
    for (const folder of folders.toReversed()) {
      await Deno.mkdir(folder, { recursive: true });
      for (const file of [api, framework]) await Deno.writeTextFile(`${folder}/${file}`, "");
      withEnvironment(environment, () => assert.equal(findLibrary(), folder));
    }
    assert.match(folders[0] ?? "", /-gpu\/tensorflow$/);
  }));
