/** A cell of the real suite, loader and network, stopped in its middle and gone on with. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { cellPath, readCell } from "../../benchmarks/record/mod.ts";
import { ended, suiteProcess, untimed, written } from "./suite_process.ts";

const { spawn, run, test } = suiteProcess("bench:ade20k");
const line = (out: string) =>
  "--backend wasm --arms ws --seeds 0 --set imageSize=32 --set generatedTraining=24 " +
  "--set generatedValidation=4 --set timingRounds=0 --set evaluations=3 --set dropout=0.2 " +
  `--set duration=30ba --set checkpointInterval=4ba --set microbatchSize=3 --out ${out}`;

const checkpoint = (out: string, step: number) =>
  join(out, `checkpoints/ws-seed0/step-${String(step).padStart(8, "0")}.json`);

test("goes on inside of a cell to the same end, after Ctrl-C and after a kill", async (folder) => {
  const [whole, stopped] = [join(folder, "whole"), join(folder, "stopped")];
  assert.equal((await run(line(whole))).code, 0);
  const interrupted = spawn(line(stopped));
  await written(checkpoint(stopped, 4), interrupted);
  interrupted.kill("SIGINT");
  const first = await ended(interrupted);
  assert.equal(first.code, 4, first.stderr);
  const { steps } = await readCell(cellPath(stopped, { arm: "ws", seed: 0 }));
  assert.ok(steps >= 4 && steps < 30, `interrupted after step ${steps}`);
  const killed = spawn(`${line(stopped)} --resume`);
  await written(checkpoint(stopped, 4 * (1 + Math.floor(steps / 4))), killed);
  killed.kill("SIGKILL");
  await ended(killed);
  const last = await run(`${line(stopped)} --resume`);
  assert.equal(last.code, 0, last.stderr);
  assert.deepEqual(await untimed(stopped), await untimed(whole));
  const [mine, theirs] = await Promise.all(
    [stopped, whole].map((out) => readCell(cellPath(out, { arm: "ws", seed: 0 }))),
  );
  assert.deepEqual(mine!.curve, theirs!.curve);
  assert.deepEqual(mine!.evaluations, theirs!.evaluations);
  assert.deepEqual(mine!.classIou, theirs!.classIou);
  assert.deepEqual(mine!.predictions, theirs!.predictions);
  assert.equal(mine!.resumedAt?.length, 2);
  assert.equal(mine!.resumedAt![0], steps);
});
