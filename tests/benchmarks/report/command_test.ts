import assert from "node:assert/strict";
import { join } from "node:path";
import { rebuild } from "../../../benchmarks/report/rebuild.ts";
import { lockFolder } from "../../../benchmarks/ground/lock.ts";
import { readResult, type Result, writeCell, writeResult } from "../../../benchmarks/record/mod.ts";
import { assertError, suiteProcess } from "../suite_process.ts";
import { overhead, result } from "./synthetic.ts";

const version1 = new URL("../record/version1/", import.meta.url);

/** Runs with a folder for each of the results, in order, and one that does not exist yet. */
async function withRuns(
  results: Result[],
  run: (folders: string[], out: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "report-command-" });
  const folders = results.map((_, i) => join(root, `run-${i}`));
  try {
    for (const [i, each] of results.entries()) {
      await writeResult(join(folders[i]!, "result.json"), each);
    }
    await run(folders, join(root, "out"));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

Deno.test("rebuild() merges shards: cells, commands, timings and warnings of all", async () => {
  const warning = { code: "noisy-clock", message: "steps scatter", advice: "Close programs" };
  const [one, two] = [result({ seeds: [0, 2] }), result({ seeds: [1] })];
  Object.assign(two, { overhead: overhead(30, 2), warnings: [warning], command: "another" });
  await withRuns([one, two], async (folders, out) => {
    assert.equal(await rebuild(folders, out), join(out, "report.html"));
    const whole = await readResult(join(out, "result.json"));
    assert.deepEqual(whole.seeds, [0, 1, 2]);
    assert.equal(whole.cells.length, 9);
    assert.deepEqual([whole.overhead, whole.warnings], [two.overhead, [warning]]);
    assert.equal(whole.command, `${one.command}\nanother`);
    assert.ok((await names(out)).includes("report.html"));
    assert.deepEqual(await names(folders[0]!), ["result.json"]);
  });
});

Deno.test("rebuild() makes a record small where it is asked to, in another folder and in its own", async () => {
  await withRuns([result({ seeds: [0] })], async ([folder], out) => {
    const lengths = async (path: string) =>
      (await readResult(join(path, "result.json"))).cells.map(({ curve }) => curve.length);
    await rebuild([folder!], out, { curvePoints: 7 });
    assert.deepEqual([await lengths(folder!), await lengths(out)], [[40, 40, 40], [7, 7, 7]]);
    await rebuild([folder!], folder!, { curvePoints: 7 });
    assert.deepEqual(await lengths(folder!), [7, 7, 7]);
    assert.ok((await names(folder!)).includes("report.html"));
  });
});

Deno.test("rebuild() warns where shards ran on different machines", async () => {
  const [one, two] = [result({ seeds: [0] }), result({ seeds: [1] })];
  two.environment.cpu = "another processor";
  await withRuns([one, two], async (folders, out) => {
    await rebuild(folders, out);
    const { warnings: [warning, ...others] } = await readResult(join(out, "result.json"));
    assert.equal(warning?.code, "mixed-machines");
    assert.match(warning.message, /2 kinds of machine: a processor, 2 cores; another processor/);
    assert.deepEqual(others, []);
  });
});

Deno.test("rebuild() warns where one shard ran with oneDNN, or other instructions", async () => {
  const [one, two] = [result({ seeds: [0] }), result({ seeds: [1] })];
  Object.assign(one.environment, { oneDnn: true, instructionSets: "avx2" });
  const codes = async () => {
    let found: string[] = [];
    await withRuns([one, two], async (folders, out) => {
      await rebuild(folders, out);
      found = (await readResult(join(out, "result.json"))).warnings.map(({ message }) => message);
    });
    return found;
  };
  assert.deepEqual(await codes(), []); // the other is of a time when neither was recorded
  Object.assign(two.environment, { oneDnn: false, instructionSets: "avx2" });
  assert.match((await codes())[0]!, /: a processor, 2 cores \(avx2\) oneDNN on; .* oneDNN off$/);
  Object.assign(two.environment, { oneDnn: true, instructionSets: "avx2, avx512f" });
  assert.match((await codes())[0]!, /2 kinds of machine: .*\(avx2, avx512f\)/);
});

Deno.test("rebuild() writes nothing where runs are of different comparisons, or one is cut short", async () => {
  const [one, two] = [result({ seeds: [0] }), result({ seeds: [1], config: { imageSize: 64 } })];
  await withRuns([one, two, one], async (folders, out) => {
    const cut = join(folders[2]!, "result.json");
    await Deno.writeTextFile(cut, (await Deno.readTextFile(cut)).slice(0, 500));
    await assert.rejects(
      rebuild(folders.slice(0, 2), out),
      /UsageError: Cannot merge the runs as they differ in config\./,
    );
    await assert.rejects(rebuild([folders[0]!, folders[2]!], out), /UsageError: .*result\.json/);
    await assert.rejects(rebuild([], out), /UsageError: Cannot report as no folder is given/);
    await assert.rejects(Deno.stat(out), Deno.errors.NotFound);
  });
});

Deno.test("rebuild() merges no runs of data that have one name and other images", async () => {
  const [one, two] = [result({ seeds: [0] }), result({ seeds: [1] })];
  two.data.identity = "cd34";
  await withRuns([one, two], async (folders, out) => {
    await assert.rejects(
      rebuild(folders, out),
      /UsageError: .* differ in data \(SHA-256\) \("ab12" and "cd34"\)/,
    );
    await assert.rejects(Deno.stat(out), Deno.errors.NotFound);
  });
});

Deno.test("rebuild() gives the reports of one run anew, and leaves its record alone", async () => {
  await withRuns([result()], async ([folder]) => {
    const before = await Deno.readFile(join(folder!, "result.json"));
    await rebuild([folder!], folder!);
    assert.deepEqual(await Deno.readFile(join(folder!, "result.json")), before);
    assert.ok((await names(folder!)).includes("report.md"));
  });
});

for (const [name, why] of Object.entries({ changes: "comparisons", detection: "tries" })) {
  Deno.test(`rebuild() refuses to merge records of ${name}, and says why`, async () => {
    const file = name === "changes" ? "comparison.json" : "detection.json";
    await withRuns([], async (_, out) => {
      await Deno.mkdir(out);
      await Deno.copyFile(new URL(file, version1), join(out, file));
      await assert.rejects(
        rebuild([out, out], join(out, "whole")),
        new RegExp(`UsageError: Cannot merge ${why}`),
      );
      await assert.rejects(Deno.stat(join(out, "whole")), Deno.errors.NotFound);
    });
  });
}

Deno.test("rebuild() rebuilds a measurement of overhead, and refuses to merge two", async () => {
  await withRuns([], async (_, out) => {
    await Deno.mkdir(out);
    await Deno.copyFile(new URL("overhead.json", version1), join(out, "overhead.json"));
    assert.equal(await rebuild([out], out), join(out, "report.html"));
    assert.match(await Deno.readTextFile(join(out, "report.md")), /^# /);
    assert.ok(!(await names(out)).includes("overhead.json"), "result.json is in its place");
    await assert.rejects(rebuild([out, out], out), /UsageError: Cannot merge measurements/);
  });
});

Deno.test("rebuild() refuses to merge records of two kinds", async () => {
  await withRuns([result()], async ([folder], out) => {
    await Deno.mkdir(out);
    await Deno.copyFile(new URL("overhead.json", version1), join(out, "overhead.json"));
    await assert.rejects(
      rebuild([folder!, out], join(out, "whole")),
      /UsageError: Cannot merge the runs as they differ in kind \("cells" and "timings"\)/,
    );
  });
});

Deno.test("rebuild() replaces another run in its folder only where it is told to", async () => {
  const [one, two, other] = [0, 1, 2].map((seed) => result({ seeds: [seed] }));
  two!.createdAt = "2026-01-03T03:04:05.000Z";
  other!.createdAt = "2026-01-04T03:04:05.000Z";
  await withRuns([one!, two!, other!], async ([a, b, c], out) => {
    await writeCell(c!, other!.cells[0]!);
    await assert.rejects(
      rebuild([a!, b!], c!),
      /UsageError: Cannot write into .* as it holds a run already: --force replaces it, --out DIR/,
    );
    assert.deepEqual(await readResult(join(c!, "result.json")), other);
    assert.deepEqual(await names(c!), ["cells", "result.json"]);
    await rebuild([a!, b!], out);
    await rebuild([b!, a!], out); // again, as where a shard went on meanwhile
    assert.deepEqual((await readResult(join(out, "result.json"))).seeds, [0, 1]);
    await rebuild([a!, b!], c!, { force: true });
    assert.deepEqual((await readResult(join(c!, "result.json"))).seeds, [0, 1]);
    assert.ok(!(await names(c!)).includes("cells"), "what --resume would take for this run's");
  });
});

Deno.test("rebuild() merges into no folder that a run is writing into", async () => {
  await withRuns([result({ seeds: [0] }), result({ seeds: [1] })], async ([one, two]) => {
    using _ = await lockFolder(one!);
    await assert.rejects(rebuild([one!, two!], one!), /UsageError: .* as another run does/);
  });
});

Deno.test("rebuild() takes a folder for the run's own, however it is written", async () => {
  await withRuns([], async (_, out) => {
    await Deno.mkdir(out);
    await Deno.copyFile(new URL("overhead.json", version1), join(out, "overhead.json"));
    await rebuild([`${out}/`], out);
    assert.ok(!(await names(out)).includes("overhead.json"), "result.json is in its place");
  });
});

const { run, test } = suiteProcess("report");

test("writes the report of one run into its folder, and of several where it is told to", async (folder) => {
  const [one, two, whole] = ["one", "two", "whole"].map((name) => join(folder, name));
  await writeResult(join(one!, "result.json"), result({ seeds: [0] }));
  await writeResult(join(two!, "result.json"), result({ seeds: [1] }));
  const single = await run(one!);
  assert.equal(single.code, 0, single.stderr);
  assert.equal(single.stdout, `report: ${join(one!, "report.html")}\n`);
  assertError(await run(`${one} ${two}`), 2, /several runs without --out DIR/);
  assert.deepEqual(await names(two!), ["result.json"]);
  assert.equal((await run(`${one} ${two} --out ${whole}`)).code, 0);
  assert.deepEqual((await readResult(join(whole!, "result.json"))).seeds, [0, 1]);
});

test("prints its usage where it is asked for, and ends with 2 without a folder", async () => {
  const { code, stdout } = await run("--help");
  assert.equal(code, 0);
  assert.match(stdout, /^Usage: deno task report /);
  assertError(await run(""), 2, /missing required argument 'DIR'/);
});
