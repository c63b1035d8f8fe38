/** What the jobs train: suites, small enough for a minute on two cores, and what they leave. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { cellPath, type CellRecord, readCell } from "../../benchmarks/record/mod.ts";
import { readLog } from "../benchmarks/run/logging/read_log.ts";
import { untimed } from "../benchmarks/suite_process.ts";
import { exists, type Slurm, until } from "./slurm.ts";

const words = (text: string) => text.split(/\s+/).filter(Boolean);

/** Networks for 32 pixels, which learn from the first step on. Dropout makes a lost step visible. */
const tiny = words(
  "bench:ade20k --backend wasm --set imageSize=32 --set generatedTraining=24 " +
    "--set generatedValidation=4 --set dropout=0.2 --set evaluations=2 --set timingRounds=0",
);

/** Four cells, which two parts share. */
export const sweep: readonly string[] = [
  ...tiny,
  ...words("--arms baseline,ws --seeds 0,1 --set duration=60ba --set checkpointInterval=6ba"),
];

/** One cell that takes long enough to be interrupted. */
export const long: readonly string[] = [
  ...tiny,
  ...words("--arms ws --seeds 0 --set duration=300ba --set checkpointInterval=10ba"),
];

/** The same for workers, and for one process beside them: group norm knows no other image. */
export const parallel: readonly string[] = [
  ...words(
    "bench:ade20k --backend tensorflow --arms ws --seeds 0 --set normalization=group " +
      "--set imageSize=32 --set generatedTraining=24 --set generatedValidation=4 --set dropout=0.2 " +
      "--set batchSize=8 --set learningRate=0.005 --set evaluations=2 --set timingRounds=0 --set duration=200ba " +
      "--set checkpointInterval=10ba",
  ),
];

/** Two short cells for workers, a part each. */
export const parallelSweep: readonly string[] = [
  ...parallel,
  ...words("--arms baseline,ws --set duration=6ba --workers slurm"),
];

/** One cell that no time limit leaves time for. */
export const endless: readonly string[] = [
  ...tiny,
  ...words("--arms ws --seeds 0 --set duration=100000ba --set checkpointInterval=50ba"),
];

/** The cell of {@linkcode long}. */
export const cell = { arm: "ws", seed: 0 } as const;

/** Runs a suite here, without Slurm, and without a stop. */
export async function runHere(line: readonly string[], out: string): Promise<void> {
  const args = ["task", ...line, "--out", out];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, stdin: "null" })
    .output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

/** Fails unless two runs came to the same numbers; times are none of them. */
export async function assertSameNumbers(out: string, expected: string): Promise<void> {
  const [mine, theirs] = [await untimed(out), await untimed(expected)];
  assert.ok(mine.length > 10, `${out} has ${mine.length} lines`);
  assert.deepEqual(mine.toSorted(), theirs.toSorted());
}

/** Fails unless a cell that was interrupted came to all that an undisturbed one comes to. */
export async function assertSameCell(out: string, expected: string): Promise<CellRecord> {
  await assertSameNumbers(out, expected);
  const [mine, theirs] = [await cellOf(out), await cellOf(expected)];
  for (
    const key of ["curve", "evaluations", "classIou", "predictions", "initialWeights"] as const
  ) {
    assert.deepEqual(mine[key], theirs[key], key);
  }
  return mine;
}

/**
 * Fails unless workers trained what one process does, but for the order of their sums. That is seen in
 * the first losses: such a network multiplies a difference in the last bit tenfold in two steps, one of
 * two threads instead of one as well.
 *
 * @returns by how much those losses differ, at most
 */
export async function assertSameTraining(out: string, alone: string): Promise<number> {
  const [mine, theirs] = [await lossesOf(out), await lossesOf(alone)];
  assert.equal(mine.length, theirs.length);
  const apart = mine.slice(0, 4).map((loss, i) => Math.abs(loss / theirs[i]! - 1));
  assert.ok(apart.every((difference) => difference < 1e-5), `the losses differ by ${apart}`);
  assert.deepEqual((await cellOf(out)).initialWeights, (await cellOf(alone)).initialWeights);
  return Math.max(...apart);
}

/** The losses of {@linkcode cell}, a step each. */
async function lossesOf(out: string): Promise<number[]> {
  const lines = await readLog(join(out, "logs", `${cell.arm}-seed${cell.seed}.jsonl`));
  return lines.flatMap((line) => line.event === "stepEnd" ? [line.loss ?? NaN] : []);
}

/** The record of {@linkcode cell}. */
export function cellOf(out: string): Promise<CellRecord> {
  return readCell(cellPath(out, cell));
}

/** Waits until a cell has its first checkpoint. */
export async function saved(slurm: Slurm, out: string): Promise<void> {
  const folder = join(out, "checkpoints", `${cell.arm}-seed${cell.seed}`);
  await until(`${folder} has a checkpoint`, 300, async () => {
    if (!await exists(folder)) return false;
    const names = await Array.fromAsync(Deno.readDir(folder));
    return names.some(({ name }) => /^step-\d+\.json$/.test(name));
  }, slurm.folder);
}
