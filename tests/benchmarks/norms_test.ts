/** `bench:norms` as its users meet it, and grids through killed runs, shards and merging. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { cellPath, readResult } from "../../benchmarks/record/mod.ts";
import { rebuild } from "../../benchmarks/report/rebuild.ts";
import { encodeJpeg } from "../../datasets/images/jpeg.ts";
import { assertError, ended, exists, suiteProcess, untimed, written } from "./suite_process.ts";

const { run, spawn, test: suiteTest } = suiteProcess("bench:norms");
/** The smallest run that goes the whole way; workers are of the tests of `bench:imagenet`. */
const tiny = "--set duration=2ba --set warmup=1ba --set imageSize=16 --set resizeTo=18 " +
  "--set batchSize=8 --set generatedTraining=20 --set generatedValidation=8 " +
  "--set evaluations=1 --seeds 0 --backend wasm --loader-threads 0";

/** The lines of a report's tables, from the row of titles on. */
async function tableRows(out: string, titles: string): Promise<string[]> {
  const lines = (await Deno.readTextFile(join(out, "report.md"))).split("\n");
  const start = lines.indexOf(titles);
  assert.ok(start >= 0, `no ${titles}`);
  return lines.slice(start + 2, lines.indexOf("", start));
}

suiteTest("quick has six arms on a grid, and yields no verdict", async (folder) => {
  const { code, stderr } = await run(
    `${tiny} --set timingRounds=1 --set variant=paper --out ${folder}`,
  );
  assert.equal(code, 0, stderr);
  const { arms, grid, contrasts, cells, config } = await readResult(join(folder, "result.json"));
  assert.deepEqual(arms.map(({ name }) => name), ["bn", "bn-ws", "gn", "gn-ws", "bcn", "bcn-ws"]);
  assert.deepEqual(arms.map(({ algorithms }) => algorithms[0] ?? ""), [
    ...["", "WeightStandardization(nLastLayersIgnore=0, variant=paper)"],
    ...["", "WeightStandardization(nLastLayersIgnore=0, variant=paper)"],
    ...["", "WeightStandardization(nLastLayersIgnore=0, variant=paper)"],
  ]);
  assert.equal(config.variant, "paper");
  assert.deepEqual(grid!.axes.map(({ levels }) => levels), [
    ["BN", "GN", "BCN"],
    ["without WS", "with WS"],
  ]);
  assert.deepEqual(contrasts!.map(({ label }) => label), [
    "BN + WS − BN",
    "GN + WS − GN",
    "BCN + WS − BCN",
    "(GN + WS − GN) − (BN + WS − BN)",
    "(BCN + WS − BCN) − (BN + WS − BN)",
  ]);
  assert.ok(cells.every(({ status }) => status === "done"));
  const matrix = await tableRows(folder, "| normalization | without WS | with WS |");
  assert.deepEqual(matrix.map((row) => row.split(" ")[1]), ["BN", "GN", "BCN"]);
  const report = await Deno.readTextFile(join(folder, "report.md"));
  assert.ok(report.includes("this yields no verdict"));
  assert.match(report, /\*\*C5\*\*.*\*\*no verdict\*\* generated data/);
  assert.match(report, /\*\*C8\*\*.*\*\*no verdict\*\* generated data/);
  for (const file of ["report.html", "report.tex", "grid.csv", "contrasts.csv", "curves.svg"]) {
    assert.ok(await exists(join(folder, file)), file);
  }
});

suiteTest("keeps weights that predict makes an arm of again, by its formula", async (folder) => {
  const out = join(folder, "out");
  const line = `${tiny} --set timingRounds=0 --set variant=bcn --set groups=4 --arms gn,gn-ws`;
  const { code, stderr } = await run(`${line} --out ${out}`);
  assert.equal(code, 0, stderr);
  const image = join(folder, "image.jpg");
  const pixels = Uint8Array.from({ length: 20 * 20 * 3 }, (_, i) => i % 256);
  await Deno.writeFile(image, await encodeJpeg(pixels, 20, 20, 90));
  const predict = suiteProcess("predict");
  const predicted = await predict.run(
    `--run ${out} --arm gn-ws --backend wasm --out ${folder}/predicted ${image}`,
  );
  assert.equal(predicted.code, 0, predicted.stderr);
});

suiteTest("has twelve arms beyond quick's, of which some are a smaller grid", async (folder) => {
  const plan = await run(`${tiny} --arms ln,ln-ws,none,none-ws --dry-run --out ${folder}/plan`);
  assert.equal(plan.code, 0, plan.stderr);
  assert.match(plan.stdout, /4 cells/);
  // The first step after the warm-up breaks the weights, which the step behind it shows.
  const broken = "--set learningRate=1e30 --set duration=4ba --set timingRounds=0";
  const { code, stderr } = await run(`${tiny} ${broken} --arms in,none --out ${folder}`);
  assert.equal(code, 0, stderr);
  const { grid, contrasts } = await readResult(join(folder, "result.json"));
  assert.deepEqual(grid!.axes.map(({ levels }) => levels), [["IN", "unnormalized"]]);
  assert.deepEqual(contrasts!.map(({ name }) => name), ["none - in"]);
  const rows = await tableRows(folder, "| normalization | top-1 (%) |");
  assert.deepEqual(rows[1], "| unnormalized | diverged 1 of 1 |");
});

suiteTest("resumes a killed matrix; shards of one merge into the same", async (folder) => {
  const arms = "--arms bn,bn-ws,gn,gn-ws --set timingRounds=0";
  const at = (name: string) => join(folder, name);
  const line = (name: string) => `${tiny} ${arms} --out ${at(name)}`;
  const whole = await run(line("whole"));
  assert.equal(whole.code, 0, whole.stderr);

  const killed = spawn(line("killed"));
  await written(cellPath(at("killed"), { arm: "bn-ws", seed: 0 }), killed);
  killed.kill("SIGKILL");
  await ended(killed);
  const resumed = await run(`${line("killed")} --resume`);
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.doesNotMatch(resumed.stderr, /^bn, seed 0/m, "what was done is not done again");
  assert.deepEqual(await untimed(at("killed")), await untimed(at("whole")));

  const damaged = cellPath(at("killed"), { arm: "bn", seed: 0 });
  await Deno.truncate(damaged, 50);
  assertError(
    await run(`${line("killed")} --resume`),
    2,
    /^error: Cannot go on .*bn-seed0\.json" as it is not JSON.*; remove that file: its cell is taken/m,
  );
  await Deno.remove(damaged);
  assert.equal((await run(`${line("killed")} --resume`)).code, 0);
  assert.deepEqual(await untimed(at("killed")), await untimed(at("whole")));

  for (const shard of ["1", "2"]) {
    const { code, stderr } = await run(`${line(`shard${shard}`)} --shard ${shard}/2`);
    assert.equal(code, 0, stderr);
  }
  await rebuild([at("shard1"), at("shard2")], at("merged"));
  assert.deepEqual(await untimed(at("merged")), await untimed(at("whole")));
  const [one, merged] = await Promise.all(
    ["whole", "merged"].map((name) => readResult(join(at(name), "result.json"))),
  );
  assert.deepEqual([merged!.grid, merged!.contrasts], [one!.grid, one!.contrasts]);
  const titles = "| normalization | without WS | with WS |";
  assert.deepEqual(await tableRows(at("merged"), titles), await tableRows(at("whole"), titles));
});

suiteTest("ends with 2 where a value is wrong, and names it", async (folder) => {
  const wrong = async (line: string, message: RegExp) =>
    assertError(await run(`${tiny} --out ${folder}/out ${line}`), 2, message);
  await wrong(
    "--set groups=3",
    /^error: In the arm "gn": Cannot build .* as groups must divide the number of channels, 8: current value is 3/m,
  );
  await wrong("--set groups=-1", /groups wants a whole number >= 0: it is -1/);
  await wrong("--set variant=papr", /^error: Unknown variant "papr".*did you mean "paper"\?$/m);
  await wrong("--arms gn,gn-wz", /^error: Unknown arm "gn-wz".*did you mean "gn-ws"\?$/m);
  await wrong("--arms bn,norms", /^error: Unknown arm "norms"/m);
  assert.ok(!await exists(join(folder, "out")), "nothing was written");
});

suiteTest("--help tells the arms apart", async () => {
  const { code, stdout } = await run("--help");
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^ {2}gn +GN: normalization=group\n {2}gn-ws +GN \+ WS: normalization=group$/m,
  );
});

suiteTest("takes a number of groups that fits every layer", async (folder) => {
  const line = `${tiny} --set timingRounds=0 --set groups=4 --arms gn,bcn --out ${folder}`;
  const { code, stderr } = await run(line);
  assert.equal(code, 0, stderr);
  const { cells } = await readResult(join(folder, "result.json"));
  const scales = Object.keys(cells[1]!.initialWeights!).filter((name) =>
    name.includes("channel_gamma")
  );
  assert.ok(scales.length > 0 && scales.every((name) => name.endsWith(" [4]")), scales.join());
});
