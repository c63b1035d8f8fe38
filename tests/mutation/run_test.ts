/** Mutants of a small repository, from the draw to the table. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openLog, type Outcome } from "./log.ts";
import { type Run, run } from "./run.ts";
import { put, withFolder } from "../datasets/files.ts";
import { git } from "../git.ts";

const files = {
  ".gitignore": "node_modules/\n",
  "deno.json": "{}\n",
  "node_modules/ignored.txt": "",
  "src/tested.ts": "export const less = (a: number, b: number): boolean => a < b;\n",
  "src/loose.ts": "export const minus = (a: number, b: number): number => a - b;\n",
  "src/alone.ts": "export const repeat = (a: number, b: string): string => b.repeat(a);\n",
  "tests/tested_test.ts": `import { less } from "../src/tested.ts";
    Deno.test("less()", () => {
      if (!less(1, 2) || less(2, 2) || less(2, 1)) throw new Error("wrong");
    });`,
  "tests/loose_test.ts": `import { minus } from "../src/loose.ts";
    Deno.test("minus()", () => {
      if (minus(0, 0) !== 0) throw new Error("wrong");
    });`,
  "tests/broken_test.ts": `import { minus } from "../src/loose.ts";
    Deno.test("always fails", () => { throw new Error(String(minus(1, 1))); });`,
};

async function withRepository(body: (options: Run) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const root = join(folder, "repository");
    for (const [path, text] of Object.entries(files)) await put(root, path, text);
    await git(root, "init", "-q");
    await body({
      root,
      testArguments: ["test", "--no-check"],
      log: join(folder, "log.jsonl"),
      seed: 1,
      count: 100,
      jobs: 2,
      tests: 8,
      again: false,
      signal: new AbortController().signal,
    });
  });
}

/** The mutants of a log, those of a later line in the place of earlier ones. */
async function outcomesIn({ log, seed }: Run): Promise<Outcome[]> {
  const { sources } = JSON.parse((await Deno.readTextFile(log)).split("\n")[0]!);
  const { entries } = await openLog(log, { seed, sources, only: "" });
  const outcomes = entries.filter((entry) => entry.type === "outcome");
  return [...new Map(outcomes.map((outcome) => [outcome.key, outcome])).values()];
}

const fates = (outcomes: Outcome[]) =>
  outcomes.map(({ after, status }) => `${status}: ${after.replace(/^.*=> /, "")}`).sort();

Deno.test("run() judges each mutant by tests that pass without, and leaves the tree alone", () =>
  withRepository(async (options) => {
    const table = await run(options);
    assert.deepEqual(fates(await outcomesIn(options)), [
      "killed: a <= b;",
      "killed: b < a;",
      "survived: a + b;",
      "survived: b - a;",
      "untested: (b);",
    ]);
    // Instead of the call, its argument would be no string.
    assert.match(table, /^Seed 1: 5 mutants; 1 more did not type-check and do not count\.$/m);
    assert.match(table, /^\| `src\/` +\| +5 \| +2 \| +0 \| +2 \| +1 \| +40\.0 % \|$/m);
    assert.match(
      table,
      /^- `src\/loose\.ts:1`, flip sign\n\n {2}```diff\n {2}- .* a - b;\n {2}\+ .* a \+ b;$/m,
    );
    for (const [path, text] of Object.entries(files)) {
      assert.equal(await Deno.readTextFile(join(options.root, path)), text);
    }
  }));

Deno.test("run() goes on with its log, and judges survivors again when asked to", () =>
  withRepository(async (options) => {
    await run({ ...options, count: 2 });
    assert.equal((await outcomesIn(options)).length, 2);
    const table = await run(options);
    const outcomes = await outcomesIn(options);
    const written = await Deno.readTextFile(options.log);
    assert.equal(await run(options), table);
    assert.equal(await Deno.readTextFile(options.log), written, "nothing was run");
    const test = "tests/loose_test.ts";
    await put(options.root, test, files[test].replace("minus(0, 0) !== 0", "minus(3, 2) !== 1"));
    assert.match(await run({ ...options, again: true }), /^\| \*\*all\*\* .* 80\.0 % \|$/m);
    assert.deepEqual(
      (await outcomesIn(options)).map(({ key }) => key).sort(),
      outcomes.map(({ key }) => key).sort(),
    );
  }));

Deno.test("run() ends when it is told to, without its copies", () =>
  withRepository(async (options) => {
    const endless = "await new Promise(() => setInterval(() => {}));";
    await put(options.root, "tests/tested_test.ts", `import "../src/tested.ts"; ${endless}`);
    const { makeTempDir } = Deno;
    const made: string[] = [];
    Deno.makeTempDir = async (options) => {
      const folder = await makeTempDir(options);
      made.push(folder);
      return folder;
    };
    try {
      const controller = new AbortController();
      const running = run({ ...options, signal: controller.signal, only: "src/tested.ts" });
      setTimeout(() => controller.abort(new Error("enough")), 1500);
      await assert.rejects(running, /enough/);
    } finally {
      Deno.makeTempDir = makeTempDir;
    }
    assert.equal(made.length, 1);
    await assert.rejects(Deno.stat(made[0]!), Deno.errors.NotFound);
  }));

Deno.test("run() throws RangeError where there is nothing to mutate", () =>
  withRepository(async (options) => {
    await assert.rejects(run({ ...options, only: "tests" }), {
      name: "RangeError",
      message: "Cannot mutate as --only must name a file or folder with code below " +
        "src, benchmarks, datasets: current value is tests",
    });
  }));
