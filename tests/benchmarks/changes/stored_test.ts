/** `bench:compare --baseline … --result …` as its users meet it: a process, files, an exit code. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { openRecord, type Result } from "../../../benchmarks/record/mod.ts";
import { cell, overhead, result } from "../report/synthetic.ts";

const root = new URL("../../..", import.meta.url).pathname;

/** A program in a folder of its own, which holds `old.json` and what a test writes. */
class Place {
  constructor(readonly folder: string) {}

  async write(name: string, content: Result | string): Promise<void> {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    await Deno.mkdir(dirname(join(this.folder, name)), { recursive: true });
    await Deno.writeTextFile(join(this.folder, name), text);
  }

  async run(line: string): Promise<{ code: number; stdout: string; stderr: string }> {
    const permissions = [
      ...["--no-prompt", "--allow-read", "--allow-write", "--allow-env=HOME,PATH"],
      "--allow-sys=cpus,hostname,loadavg,systemMemoryInfo",
    ];
    const file = join(root, "benchmarks/compare.ts");
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", ...permissions, file, ...line.split(" ").filter(Boolean)],
      cwd: this.folder,
      env: { NO_COLOR: "1" },
      stdin: "null",
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  }

  async comparison(folder: string) {
    return (await openRecord(join(this.folder, folder), "changes")).record;
  }
}

function storedTest(name: string, body: (place: Place) => Promise<void>): void {
  Deno.test(`bench:compare --baseline ${name}`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "stored-test-" });
    try {
      await body(new Place(folder));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

/** A result whose scores are moved by `points` and whose WS costs `percent`. */
function stored(points = 0, percent = 5, fields: Partial<Result> = {}): Result {
  const seeds = fields.seeds ?? [0, 1, 2, 3, 4, 5];
  return result({
    seeds,
    overhead: overhead(40, percent),
    cells: ["baseline", "ws", "ws-all"].flatMap((arm) =>
      seeds.map((seed) => cell(arm, seed, { mIoU: 30 + seed % 7 + points }))
    ),
    ...fields,
  });
}

storedTest("finds costlier standardization and lower scores, never slower steps", async (place) => {
  await place.write("old/result.json", stored());
  const slow = stored();
  slow.cells.forEach((each) => each.stepDurationsMs = each.stepDurationsMs.map((ms) => 9 * ms));
  slow.overhead = slow.overhead!.map((record) => ({
    ...record,
    pairs: record.pairs.map(({ armMs, baselineMs }) => ({
      armMs: 9 * armMs,
      baselineMs: 9 * baselineMs,
    })),
  }));
  await place.write("slow.json", slow);
  const start = performance.now();
  const unchanged = await place.run("--baseline old --result slow.json --out unchanged");
  const elapsedMs = performance.now() - start;
  assert.equal(unchanged.code, 0, unchanged.stderr);
  const { verdict, metrics, mode, durationMs } = await place.comparison("unchanged");
  assert.ok(durationMs! > 0 && durationMs! < elapsedMs, "a part of the process's time");
  assert.deepEqual([verdict, mode], ["unchanged", "stored"]);
  assert.deepEqual(metrics.map(({ name }) => name), [
    "overhead.ws",
    ...["baseline", "ws", "ws-all"].map((arm) => `ade20k.mIoU.${arm}`),
  ]);

  await place.write("costly.json", stored(0, 15));
  const costly = await place.run("--baseline old/result.json --result costly.json --out costly");
  assert.equal(costly.code, 1);
  assert.match(costly.stdout, /overhead of ws over baseline: regression/);
  const tolerant = "--baseline old --result costly.json --tolerance 20 --out tolerant";
  assert.equal((await place.run(tolerant)).code, 0);

  await place.write("worse.json", stored(-2));
  const worse = await place.run("--baseline old --result worse.json --out worse");
  assert.equal(worse.code, 1);
  assert.match(worse.stdout, /ade20k: mIoU of ws: regression/);
  const report = await Deno.readTextFile(join(place.folder, "worse/report.md"));
  assert.match(report, /^# Regression\n/);
  assert.match(report, /both stored/);
  assert.match(report, /^_worse.json against old_$/m);
  assert.ok(
    !report.split("## How to repeat it")[0]!.includes(place.folder),
    "no path of a machine",
  );
  assert.match(report, /one-process/);
});

storedTest("compares timings that both sides have, though they be few", async (place) => {
  await place.write("old.json", stored());
  await place.write("few.json", stored(0, 5, { overhead: overhead(1, 5) }));
  await place.write("none.json", stored(0, 5, { overhead: overhead(0, 5) }));
  const timed = async (sides: string) => {
    const { code, stderr } = await place.run(`${sides} --out out --force`);
    assert.equal(code, 0, stderr);
    return (await place.comparison("out")).metrics.filter(({ family }) => family === "overhead");
  };
  const [metric] = await timed("--baseline old.json --result few.json");
  assert.deepEqual([metric?.n, metric?.verdict], [1, "inconclusive"]);
  assert.match(`${metric?.reason}`, /^1 pair of steps, an interval wants 30$/);
  assert.deepEqual((await timed("--baseline few.json --result old.json")).map(({ n }) => n), [1]);
  assert.deepEqual(await timed("--baseline old.json --result none.json"), []);
  assert.deepEqual(await timed("--baseline none.json --result old.json"), []);
});

storedTest("does not pair runs with other seeds", async (place) => {
  await place.write("old.json", stored());
  await place.write("new.json", stored(-9, 5, { seeds: [10, 11, 12, 13, 14, 15, 16] }));
  const { code, stderr } = await place.run("--baseline old.json --result new.json --out out");
  assert.equal(code, 1, stderr);
  const quality = (await place.comparison("out")).metrics.find(({ family }) =>
    family === "quality"
  );
  assert.equal(quality?.paired, false);
  assert.equal(quality?.n, 6);
});

storedTest("refuses input that cannot be compared, and overwrites nothing", async (place) => {
  const old = stored();
  const text = JSON.stringify(old);
  await place.write("old.json", old);
  await place.write("kept/comparison.json", "an earlier comparison");
  const refused = async (name: string, content: Result | string, message: RegExp) => {
    await place.write(name, content);
    for (const out of ["kept", "fresh"]) {
      const line = `--baseline old.json --result ${name} --out ${out} --force`;
      const { code, stderr } = await place.run(line);
      assert.match(stderr, message);
      assert.equal(code, 2, name);
    }
    const { stderr } = await place.run(`--baseline ${name} --result old.json --out fresh`);
    assert.ok(stderr.includes(name), "whichever side it is on");
  };
  await refused(
    "version.json",
    text.replace('"schemaVersion":2', '"schemaVersion":7'),
    /"version\.json" as schemaVersion must be 1 or 2: current value is 7, which a later release/,
  );
  await refused(
    "truncated.json",
    text.slice(0, 900),
    /"truncated\.json" as it is not JSON, perhaps/,
  );
  await refused("empty.json", "", /"empty\.json" as it is not JSON, perhaps truncated/);
  await refused(
    "no_cells.json",
    { ...old, cells: [] },
    /"no_cells\.json" as it is empty: it holds no cell that was trained to its end/,
  );
  await refused(
    "config.json",
    { ...old, config: { ...old.config, imageSize: 64 } },
    /"old\.json" with "config\.json" as configs differ: imageSize \(128 and 64\); run both with/,
  );
  await refused(
    "arms.json",
    { ...old, arms: old.arms.map((arm) => ({ ...arm, algorithms: ["WS(7)"] })) },
    /configs differ: arms/,
  );
  await refused("suite.json", { ...old, suite: "imagenet" }, /suites differ: suite \("ade20k" and/);
  await refused(
    "data.json",
    { ...old, data: { ...old.data, identity: "ff" } },
    /data sets differ: identity \("ab12" and "ff"\)/,
  );
  await refused(
    "testbed.json",
    { ...old, environment: { ...old.environment, cpu: "another processor", cores: 64 } },
    /testbeds differ: cpu \("a processor" and "another processor"\); cores \(2 and 64\); measure both/,
  );
  await refused(
    "nothing.json",
    { ...old, overhead: [], cells: old.cells.map((each) => ({ ...each, metrics: {} })) },
    /as no arm has mIoU or timings in both/,
  );
  const kept = await Deno.readTextFile(join(place.folder, "kept/comparison.json"));
  assert.equal(kept, "an earlier comparison");
  await assert.rejects(Deno.stat(join(place.folder, "fresh")), Deno.errors.NotFound);
});

storedTest("says what is wrong with the command line", async (place) => {
  await place.write("old.json", stored());
  const refused = async (line: string, message: RegExp) => {
    const { code, stderr } = await place.run(line);
    assert.match(stderr, message);
    assert.equal(code, 2);
  };
  await refused(
    "--baseline absent.json --result old.json",
    /"absent\.json" as there is no such file/,
  );
  await refused("--baseline . --result old.json", /result\.json" as there is no such file/);
  await refused("", /wants --base REF, or --baseline and --result/);
});

storedTest("refuses results with other instruction sets, or oneDNN in one alone", async (place) => {
  const on = (facts: Partial<Result["environment"]>) => {
    const run = stored();
    return { ...run, environment: { ...run.environment, ...facts } };
  };
  const avx512 = "avx2, avx512f";
  await place.write("one.json", on({ oneDnn: true, instructionSets: "avx2" }));
  await place.write("off.json", on({ oneDnn: false, instructionSets: avx512 }));
  await place.write("untold.json", on({ instructionSets: "unknown" }));
  const refused = await place.run("--baseline one.json --result off.json --out out");
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /testbeds differ: instructionSets \("avx2" and "avx2, avx512f"\)/);
  assert.match(refused.stderr, /oneDnn \(true and false\)/);
  const untold = await place.run("--baseline one.json --result untold.json --out out");
  assert.doesNotMatch(untold.stderr, /testbeds/);
  assert.equal(untold.code, 0, untold.stderr);
});
