import assert from "node:assert/strict";
import {
  buildName,
  cacheFolder,
  TENSORFLOW_VERSION,
} from "../../../src/backends/tensorflow/cache.ts";
import { SetupError, unpackWheels } from "../../../src/backends/tensorflow/python.ts";
import { removeAll, setUp } from "../../../src/backends/tensorflow/setup.ts";
import {
  findBuild,
  LIBRARY_MEMBERS,
  requirements,
} from "../../../src/backends/tensorflow/wheels.ts";

const mayRunPython =
  Deno.permissions.querySync({ name: "run", command: "python3" }).state === "granted";
const mayRunAny = Deno.permissions.querySync({ name: "run" }).state === "granted";
const mayAskSpace = Deno.permissions.querySync({ name: "sys", kind: "statfs" }).state === "granted";

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function withPath(path: string, body: () => Promise<void>): Promise<void> {
  const before = Deno.env.get("PATH") ?? "";
  Deno.env.set("PATH", path);
  try {
    await body();
  } finally {
    Deno.env.set("PATH", before);
  }
}

/** What is printed while `body` runs. */
async function printed(body: () => Promise<void>): Promise<string> {
  const log = console.log, lines: string[] = [];
  console.log = (line: string) => void lines.push(line);
  try {
    await body();
  } finally {
    console.log = log;
  }
  return lines.join("\n");
}

Deno.test("findBuild() has a build for each system with wheels, and none elsewhere", () => {
  for (const [os, arch] of [["linux", "x86_64"], ["linux", "aarch64"], ["darwin", "aarch64"]]) {
    assert.ok(findBuild("cpu", os, arch), `${os} ${arch}`);
  }
  assert.ok(findBuild("gpu", "linux", "x86_64"));
  assert.equal(findBuild("gpu", "darwin", "aarch64"), undefined);
  assert.equal(findBuild("cpu", "darwin", "x86_64"), undefined);
  assert.equal(findBuild("cpu", "windows", "x86_64"), undefined);
});

Deno.test("requirements() pins every wheel by version and hash", () => {
  const build = findBuild("gpu", "linux", "x86_64");
  assert.ok(build);
  const lines = requirements(build).trimEnd().split("\n");
  assert.equal(lines.length, build.wheels.length);
  for (const line of lines) assert.match(line, /^[\w-]+==[\d.]+ --hash=sha256:[0-9a-f]{64}$/);
  assert.ok(lines[0]?.startsWith(`tensorflow==${TENSORFLOW_VERSION} `));
});

Deno.test("cacheFolder() follows XDG_CACHE_HOME", () => {
  const before = Deno.env.get("XDG_CACHE_HOME");
  Deno.env.set("XDG_CACHE_HOME", "/somewhere");
  try {
    assert.equal(cacheFolder(), "/somewhere/weight-standardization");
  } finally {
    if (before === undefined) Deno.env.delete("XDG_CACHE_HOME");
    else Deno.env.set("XDG_CACHE_HOME", before);
  }
});

Deno.test({
  name: "setUp() says that Python is missing when it is not on PATH",
  ignore: !mayRunPython || !mayAskSpace || findBuild("cpu") === undefined,
  fn: () =>
    inFolder((cache) =>
      withPath(cache, () =>
        assert.rejects(
          () => setUp(cache, "cpu"),
          (error) =>
            error instanceof SetupError &&
            /python3 is not on PATH.*Install Python 3.*TENSORFLOW_LIB/.test(error.message),
        ))
    ),
});

Deno.test({
  name: "setUp() keeps nothing half-made when the download fails",
  ignore: !mayRunAny || !mayAskSpace || findBuild("cpu") === undefined,
  fn: () =>
    inFolder(async (cache) => {
      // A python3 whose pip answers --version, and fails at all else.
      const fake = '#!/bin/sh\n[ "$3" = "--version" ]\n';
      await Deno.writeTextFile(`${cache}/python3`, fake, { mode: 0o755 });
      await withPath(`${cache}:/usr/bin:/bin`, async () => {
        await printed(() => assert.rejects(() => setUp(cache, "cpu"), /the download .* failed/));
      });
      await assert.rejects(() => Deno.stat(`${cache}/${buildName("cpu")}`), Deno.errors.NotFound);
    }),
});

Deno.test({
  name: "unpackWheels() unpacks the libraries alone",
  ignore: !mayRunPython,
  fn: () =>
    inFolder(async (folder) => {
      const wanted = [
        "tensorflow/libtensorflow_cc.so.2",
        "tensorflow/libtensorflow_framework.2.dylib",
        "nvidia/cudnn/lib/libcudnn.so.9",
        "nvidia/cuda_nvcc/bin/ptxas",
      ];
      const others = ["tensorflow/__init__.py", "nvidia/cudnn/include/cudnn.h", "../outside"];
      const wheel = `${folder}/some.whl`;
      const make = new URL("make_wheel.py", import.meta.url).pathname;
      const files = [...wanted, ...others].flatMap((name) => [name, name]);
      const { success } = await new Deno.Command("python3", {
        args: [make, wheel, "right", ...files],
        clearEnv: true,
        env: { PATH: Deno.env.get("PATH") ?? "" },
      }).output();
      assert.ok(success);
      await unpackWheels([wheel], LIBRARY_MEMBERS, `${folder}/out`);
      const unpacked = await listFiles(`${folder}/out`);
      const expected = [...wanted, "SHA256SUMS"].map((name) => `${folder}/out/${name}`);
      assert.deepEqual(unpacked.sort(), expected.sort());
      assert.equal(await Deno.readTextFile(`${folder}/out/${wanted[0]}`), wanted[0]);
    }),
});

Deno.test({
  name: "unpackWheels() refuses a member that leads out of the folder, and one that is there twice",
  ignore: !mayRunPython,
  fn: () =>
    inFolder(async (folder) => {
      const make = new URL("make_wheel.py", import.meta.url).pathname;
      const path = (name: string) => `${folder}/${name}`;
      const wheel = async (name: string, ...files: string[]) => {
        const args = [make, path(name), "right", ...files];
        const env = { PATH: Deno.env.get("PATH") ?? "" };
        assert.ok(
          (await new Deno.Command("python3", { args, clearEnv: true, env }).output()).success,
        );
        return path(name);
      };
      const outside = await wheel("a.whl", "nvidia/cuda_nvcc/bin/../../../../outside", "x");
      await assert.rejects(() => unpackWheels([outside], LIBRARY_MEMBERS, path("out")), SetupError);
      await assert.rejects(() => Deno.stat(path("outside")), Deno.errors.NotFound);
      const library = "tensorflow/libtensorflow_cc.so.2";
      const two = [await wheel("b.whl", library, "first"), await wheel("c.whl", library, "second")];
      await assert.rejects(() => unpackWheels(two, LIBRARY_MEMBERS, path("two")), SetupError);
      assert.equal(await Deno.readTextFile(`${path("two")}/${library}`), "first");
    }),
});

Deno.test("removeAll() removes the builds, finished or not, and nothing else", () =>
  inFolder(async (cache) => {
    const builds = [
      buildName("cpu"),
      `${buildName("cpu")}.partial`,
      `${buildName("gpu")}.downloads`,
    ];
    for (const name of [...builds, "other"]) await Deno.mkdir(`${cache}/${name}`);
    const output = await printed(() => removeAll(cache));
    builds.forEach((name) => assert.ok(output.includes(`Removed ${cache}/${name}`)));
    const left = Array.from(Deno.readDirSync(cache), ({ name }) => name).sort();
    assert.deepEqual(left, [".setup.lock", "other"]);
    assert.match(await printed(() => removeAll(cache)), /Nothing to remove/);
    assert.match(await printed(() => removeAll(`${cache}/absent`)), /Nothing to remove/);
  }));

async function listFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) files.push(...await listFiles(path));
    else files.push(path);
  }
  return files;
}
