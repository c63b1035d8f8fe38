/** The setup as processes: two at once, one that is killed, and files that nobody pinned. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { taskFlags } from "../../task_permissions.ts";
import { linesOf } from "../../../benchmarks/ground/lines.ts";
import { buildName } from "../../../src/backends/tensorflow/cache.ts";
import { verifyFiles } from "../../../src/backends/tensorflow/installed_files.ts";
import { SetupError } from "../../../src/backends/tensorflow/python.ts";
import { verifyAll } from "../../../src/backends/tensorflow/setup.ts";

const here = new URL(".", import.meta.url).pathname;
const name = buildName("cpu");
const library = "tensorflow/libtensorflow_cc.so.2";
const mayRun = Deno.build.os !== "windows" &&
  Deno.permissions.querySync({ name: "run" }).state === "granted" &&
  await new Deno.Command("python3", { args: ["--version"] }).output()
    .then(({ success }) => success, () => false);

/** A cache, the wheel that pip "downloads", and the setup's processes. */
class Place implements AsyncDisposable {
  private constructor(readonly root: string) {}

  static async make(): Promise<Place> {
    const place = new Place(await Deno.makeTempDir({ prefix: "setup-test-" }));
    for (const folder of ["cache", "pip"]) await Deno.mkdir(`${place.root}/${folder}`);
    await place.wheel("pip/wheel.whl", "pinned");
    return place;
  }

  /** Writes a wheel that holds a library of this text. */
  async wheel(path: string, text: string, record = "right"): Promise<void> {
    const args = [`${here}/make_wheel.py`, `${this.root}/${path}`, record, library, text];
    assert.ok((await new Deno.Command("python3", { args }).output()).success);
  }

  async start(): Promise<Setup> {
    const wheel = await Deno.readFile(`${this.root}/pip/wheel.whl`);
    const sha256 = createHash("sha256").update(wheel).digest("hex");
    const process = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", ...taskFlags("setup")],
        ...[`${here}/setup_program.ts`, `${this.root}/cache`, sha256],
      ],
      env: { PYTHONPATH: `${here}/fake_pip`, FAKE_PIP: `${this.root}/pip`, NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const said = new Response(process.stderr).text();
    return { process, lines: linesOf(process.stdout), said };
  }

  /** The processes of pip that have begun. */
  pips(): number[] {
    return [...Deno.readDirSync(`${this.root}/pip`)].flatMap(({ name }) =>
      name.startsWith("running-") ? [Number(name.slice(8))] : []
    );
  }

  /** Waits for the first of them that is not known. */
  async pip(known: readonly number[] = []): Promise<number> {
    for (;;) {
      const pid = this.pips().find((pid) => !known.includes(pid));
      if (pid !== undefined) return pid;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async go(): Promise<void> {
    await Deno.writeTextFile(`${this.root}/pip/go`, "");
  }

  installed(): Promise<string> {
    return Deno.readTextFile(`${this.root}/cache/${name}/${library}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.root, { recursive: true });
  }
}

interface Setup {
  process: Deno.ChildProcess;
  lines: AsyncGenerator<string>;
  /** All that it writes to stderr. */
  said: Promise<string>;
}

/** How it ended, and what it said from here on. */
async function ended({ process, lines }: Setup): Promise<{ code: number; text: string }> {
  const text = (await Array.fromAsync(lines)).join("\n");
  return { code: (await process.status).code, text };
}

/** Waits until a process has ended. */
async function gone(pid: number): Promise<void> {
  const args = ["-0", `${pid}`];
  while ((await new Deno.Command("kill", { args, stderr: "null" }).output()).success) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function setupTest(title: string, fn: (place: Place) => Promise<void>): void {
  Deno.test({
    name: `the setup ${title}`,
    ignore: !mayRun,
    fn: async () => {
      await using place = await Place.make();
      await fn(place);
    },
  });
}

setupTest("waits for another one's end, and takes what that has set up", async (place) => {
  const first = await place.start();
  const pid = await place.pip();
  const second = await place.start();
  const { value: said } = await second.lines.next();
  assert.equal(said, `Waiting for another setup (process ${first.process.pid}) to end`);
  await place.go();
  const [one, two] = await Promise.all([ended(first), ended(second)]);
  assert.deepEqual([one.code, two.code], [0, 0]);
  assert.match(one.text, /Set up: /);
  assert.match(two.text, /^Already set up: /);
  assert.deepEqual(place.pips(), [pid], "it was downloaded once");
  assert.equal(await place.installed(), "pinned");
  const left = [...Deno.readDirSync(`${place.root}/cache`)].map(({ name }) => name).sort();
  assert.deepEqual(left, [".setup.lock", name]);
});

for (const signal of ["SIGKILL", "SIGTERM"] as const) {
  setupTest(
    `ends pip with itself at ${signal}, and is not in the next one's way`,
    async (place) => {
      const first = await place.start();
      const pid = await place.pip();
      first.process.kill(signal);
      await ended(first);
      await gone(pid);
      await Deno.mkdir(`${place.root}/cache/${name}.partial`);
      await place.go();
      const { code, text } = await ended(await place.start());
      assert.equal(code, 0);
      assert.doesNotMatch(text, /Waiting/);
      assert.equal(await place.installed(), "pinned");
    },
  );
}

Deno.test("the setup tells of a wrong option or a missing permission without a stack", async () => {
  const root = await Deno.makeTempDir();
  const run = async (...args: string[]) => {
    const program = new URL("../../../src/backends/tensorflow/setup.ts", import.meta.url).pathname;
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--allow-env", program, ...args],
      env: { XDG_CACHE_HOME: root, NO_COLOR: "1" },
    }).output();
    return { code, text: new TextDecoder().decode(stderr) };
  };
  try {
    const wrong = await run("--gpuu");
    assert.match(wrong.text, /^Unknown option '--gpuu'[^]*--gpu /);
    const both = await run("--verify", "--remove");
    assert.match(both.text, /^--verify changes nothing, and --remove deletes: give one of them\n/);
    assert.equal(both.code, 2);
    const missing = await run();
    assert.match(
      missing.text,
      /^Requires \w+ access .* --allow-\w+ flag; `deno task setup` [^\n]*\n$/,
    );
    assert.deepEqual([wrong.code, missing.code], [2, 2]);
    assert.doesNotMatch(wrong.text + missing.text, /\n\s+at /);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

setupTest("unpacks the pinned wheel alone, whatever else was downloaded", async (place) => {
  await Deno.mkdir(`${place.root}/cache/${name}.downloads`);
  for (const stray of ["aaa", "wheel-2", "zzz"]) {
    await place.wheel(`cache/${name}.downloads/${stray}.whl`, "stray");
  }
  await place.go();
  const { code } = await ended(await place.start());
  assert.equal(code, 0);
  assert.equal(await place.installed(), "pinned");
});

setupTest("refuses a wheel of another hash than the pinned one", async (place) => {
  const setup = await place.start();
  await place.pip();
  await place.wheel("pip/wheel.whl", "changed");
  await place.go();
  assert.notEqual((await ended(setup)).code, 0);
  const entries = [...Deno.readDirSync(`${place.root}/cache`)].map(({ name }) => name);
  assert.ok(!entries.includes(name), "nothing is set up");
});

setupTest(
  "refuses a file that is not the one of its wheel's RECORD, and names it",
  async (place) => {
    for (
      const [record, reason] of [
        ["other", "tensorflow/libtensorflow_cc.so.2 is damaged: it has 6 bytes, sha256="],
        ["empty", "tensorflow/libtensorflow_cc.so.2 has no SHA-256 in its RECORD"],
        ["none", "it has 0 lists of its files' hashes (RECORD) instead of one"],
      ] as const
    ) {
      await place.wheel("pip/wheel.whl", "pinned", record);
      await place.go();
      const setup = await place.start();
      assert.notEqual((await ended(setup)).code, 0);
      const said = await setup.said;
      assert.ok(
        said.includes(`Cannot unpack ${place.root}/cache/${name}.downloads/wheel.whl: ${reason}`),
      );
      assert.doesNotMatch(said, /Traceback/);
      const entries = [...Deno.readDirSync(`${place.root}/cache`)].map(({ name }) => name);
      assert.ok(!entries.includes(name), "nothing is set up");
      await Deno.remove(`${place.root}/cache/${name}.downloads`, { recursive: true });
    }
  },
);

setupTest(
  "leaves a list of hashes, by which damage is named and nothing is changed",
  async (place) => {
    await place.go();
    assert.equal((await ended(await place.start())).code, 0);
    const cache = `${place.root}/cache`, build = `${cache}/${name}`;
    const { stdout, success } = await new Deno.Command("sha256sum", {
      args: ["--check", "SHA256SUMS"],
      cwd: build,
    }).output();
    assert.ok(success);
    assert.equal(new TextDecoder().decode(stdout), `${library}: OK\n`);
    assert.deepEqual(await verifyFiles(build), { intact: 1, problems: [] });
    assert.equal(await verifyAll(cache), 1);

    await Deno.writeTextFile(`${build}/${library}`, "pinneD");
    await Deno.writeTextFile(`${build}/tensorflow/libextra.so`, "");
    const { problems } = await verifyFiles(build);
    assert.equal(problems.length, 2);
    assert.match(
      problems[0]!,
      /libtensorflow_cc\.so\.2 is damaged: its SHA-256 is [0-9a-f]{64}, and was/,
    );
    assert.match(problems[1]!, /libextra\.so was not set up: it is in no wheel$/);
    await assert.rejects(
      () => verifyAll(cache),
      (error) =>
        error instanceof SetupError && error.message.startsWith(problems.join("\n")) &&
        /Nothing was changed\. `deno task setup --remove`/.test(error.message),
    );
    assert.equal(await place.installed(), "pinneD");

    await Deno.remove(`${build}/${library}`);
    await Deno.remove(`${build}/tensorflow/libextra.so`);
    assert.match((await verifyFiles(build)).problems.join(), /libtensorflow_cc\.so\.2 is missing$/);
    await Deno.writeTextFile(`${build}/SHA256SUMS`, `${"0".repeat(64)}  ../outside\n`);
    assert.match((await verifyFiles(build)).problems.join(), /line 1 is no hash and path/);
    await Deno.remove(`${build}/SHA256SUMS`);
    assert.match((await verifyFiles(build)).problems.join(), /SHA256SUMS is missing/);
  },
);
