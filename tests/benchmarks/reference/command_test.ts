/** The reference runs as a process, with exactly the permissions of their task, from data to reports. */
import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { runProgram } from "../../../benchmarks/cli/program.ts";
import { predict } from "../../../benchmarks/predict/command.ts";
import { readResult } from "../../../benchmarks/record/mod.ts";
import { exists, suiteProcess } from "../suite_process.ts";
import { writeSets } from "./tiny_parts.ts";

const root = new URL("../../../", import.meta.url).pathname;
const { run, test } = suiteProcess("bench:reference", "tests/benchmarks/reference/program.ts");
const { run: realRun } = suiteProcess("bench:reference");

const namesIn = async (folder: string) =>
  (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();

test("runs all parts in shards, and keeps their reports with few weights", async (folder) => {
  const near = relative(root, folder); // as it is given, so it is recorded
  const sets = await writeSets(near === "" ? "." : join(root, near)).then((line) =>
    line.replaceAll(folder, near)
  );
  const [out, work] = [join(near, "reports"), join(near, "work")];
  const line = `${sets} --out ${out} --work ${work} --jobs 2`;
  const first = await run(line);
  assert.equal(first.code, 0, first.stderr);
  assert.match(
    first.stdout,
    /^budget: 3 parts, 6 cells, about .* and what is not known yet, 2 jobs/,
  );
  assert.match(first.stdout, /^ {2}scenes: 4 cells, \d+ s at most a cell, \d+ s in all$/m);
  assert.match(first.stdout, /^ {2}pretrained: not known before scenes is done, whose weights or/m);
  assert.match(first.stdout, /^pretrained: 1 cell, .*\npretrained: begins, 1 shard with logs in /m);

  const scenes = join(folder, "reports/scenes");
  const { cells, command, config } = await readResult(scenes);
  const named = cells.map(({ arm, seed, status }) => `${arm} ${seed} ${status}`);
  const [baseline, ws] = [0, 1].map((seed) => `baseline ${seed} done`);
  assert.deepEqual(named, [baseline, ws, "ws 0 done", "ws 1 done"]);
  assert.match(command, /--shard 1\/2\n.*--shard 2\/2$/);
  assert.equal(config.timingRounds, 0);
  assert.deepEqual(await namesIn(join(scenes, "weights")), [
    "baseline-seed0-last.safetensors",
    "baseline-seed1-last.safetensors", // the other part begins from it
    "ws-seed0-last.safetensors",
  ]);
  assert.ok(!await exists(join(folder, "reports/pictures/weights")), "that part keeps none");
  const pretrained = await readResult(join(folder, "reports/pretrained"));
  const start = `${out}/scenes/weights/baseline-seed1-last.safetensors`;
  assert.equal(pretrained.config.initialWeights, start);
  for (const name of ["scenes", "pretrained", "pictures"]) {
    const text = await Deno.readTextFile(join(folder, "reports", name, "result.json"));
    for (const place of [folder, root]) {
      assert.ok(!text.includes(`"${place}`) && !text.includes(` ${place}`), `${name}: ${place}`);
    }
  }
  assert.match(
    await Deno.readTextFile(join(folder, "work/scenes/shard-1.log")),
    /trains with seeds 0, 1 on wasm/,
  );

  const again = await run(line);
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, /^scenes: passed over, as its report is in .*reports$/m);
  assert.match(again.stdout, /^nothing is left to run; .*\n$/m);
  assert.doesNotMatch(again.stdout, /budget/);

  const before = await Deno.readTextFile(join(scenes, "result.json"));
  await Deno.writeTextFile(join(scenes, "notes.txt"), "mine");
  await Deno.remove(join(scenes, "weights/ws-seed0-last.safetensors"));
  const merged = await run(`${line} scenes`);
  assert.equal(merged.code, 0, merged.stderr);
  assert.match(merged.stdout, /^ {2}scenes: 0 cells \(4 more are done\), 0 s at most a cell/m);
  assert.equal(await Deno.readTextFile(join(scenes, "result.json")), before);
  assert.ok(await exists(join(scenes, "weights/ws-seed0-last.safetensors")));
  assert.equal(await Deno.readTextFile(join(scenes, "notes.txt")), "mine");
  assert.deepEqual(await namesIn(join(folder, "reports")), ["pictures", "pretrained", "scenes"]);

  const predicts = (words: string) =>
    runProgram(predict, [
      ...`--run ${scenes} --backend cpu --out ${folder}/predicted ${words}`.split(" "),
      join(folder, "camvid/images/validation/0.jpg"),
    ]);
  assert.equal(await predicts("--arm ws"), "done");
  await assert.rejects(predicts("--arm ws --seed 1 --force"), {
    name: "UsageError",
    message:
      /of the arm ws those of seed 0 alone are there: give --seed 0, or run again: the record/,
  });
  await Deno.remove(join(scenes, "weights/ws-seed0-last.safetensors"));
  await assert.rejects(predicts("--arm ws --force"), {
    name: "UsageError",
    message: /of the arm ws none are there, .*: take another arm \(baseline\), or run again/,
  });
});

test("says in one line what is wrong, of the real parts too", async (folder) => {
  const { code, stderr, stdout } = await realRun(`--camvid ${folder} ade20k-pilot-camvit`);
  assert.equal(code, 2);
  assert.match(
    stderr,
    /^error: Unknown part "ade20k-pilot-camvit": .*did you mean "ade20k-pilot-camvid"\?$/m,
  );
  assert.equal(stdout, "");
});
