/** Suites on several workers, as processes: on processors, with TensorFlow's own runtime between them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { freePorts } from "../../../benchmarks/cli/workers/local_cluster.ts";
import { readResult } from "../../../benchmarks/record/mod.ts";
import { findLibrary } from "../../../src/backends/tensorflow/library.ts";
import { assertError, ended, exists, suiteProcess } from "../suite_process.ts";

const { run, spawn } = suiteProcess("bench:imagenet");

/** Group normalization knows no other images: what differs from one worker is the order of sums alone. */
const tiny =
  "--backend tensorflow --arms baseline --seeds 3 --set duration=60ba --set warmup=2ba " +
  "--set evaluations=2 --set timingRounds=0 --set checkpointInterval=4ba --set batchSize=8 " +
  "--set normalization=group --set generatedTraining=48 --set generatedValidation=16";

/** By its name, `.ci/run` does it once: what is computed with oneDNN and without has tests of its own. */
function tensorflowTest(name: string, fn: (folder: string) => Promise<void>): void {
  const ignore = findLibrary() === undefined || Deno.build.os !== "linux";
  Deno.test({
    name,
    ignore,
    async fn() {
      const folder = await Deno.makeTempDir({ prefix: "workers-test-" });
      try {
        await fn(folder);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

tensorflowTest(
  "two workers train what one trains, and one that is killed is gone on without it",
  async (folder) => {
    const [one, two, killed] = ["one", "two", "killed"].map((name) => join(folder, name));
    assert.equal((await run(`${tiny} --out ${one}`)).code, 0);
    const whole = await run(`${tiny} --out ${two} --workers 2`);
    assert.equal(whole.code, 0, whole.stderr);
    assert.match(whole.stderr, /^2 workers train together, .* decode images are --loader-threads/m);
    const [alone, together] = [await readResult(one!), await readResult(two!)];
    assert.deepEqual([alone.config.workers, together.config.workers], [undefined, 2]);
    const lossesOf = ({ cells }: typeof alone) => cells[0]!.curve.map(({ loss }) => loss);
    for (const [step, loss] of lossesOf(alone).slice(0, 3).entries()) {
      const off = Math.abs(lossesOf(together)[step]! - loss) / loss;
      assert.ok(off <= 1e-5, `step ${step}: off by ${off}`);
    }
    assert.equal(lossesOf(together).length, 60);

    const other = await run(`${tiny} --out ${two} --resume --workers 4`);
    assertError(other, 2, /differs in the number of workers \(2 and 4\)/);
    const none = await run(`${tiny} --out ${two} --resume`);
    assertError(none, 2, /differs in the number of workers \(2 and 1\)/);

    const process = spawn(`${tiny} --out ${killed} --workers 2`);
    const end = ended(process);
    await killWorker(process.pid, 1, join(killed!, "checkpoints", "baseline-seed3"));
    const { code, stderr } = await end;
    assert.equal(code, 5, stderr);
    assert.match(stderr, /Lost rank 1 \(worker 1 at 127\.0\.0\.1:\d+\)/);
    assert.match(stderr, /error: worker 1 was ended by SIGKILL/);
    const rest = await run(`${tiny} --out ${killed} --workers 2 --resume`);
    assert.equal(rest.code, 0, rest.stderr);
    const [cell, resumed] = [together.cells[0]!, (await readResult(killed!)).cells[0]!];
    assert.ok(resumed.resumedAt![0]! >= 4);
    assert.deepEqual(resumed.weights!.last!.sha256, cell.weights!.last!.sha256);
    assert.deepEqual(lossesOf(await readResult(killed!)), lossesOf(together));
  },
);

tensorflowTest(
  "Ctrl-C ends both workers after one step, which --resume goes on from",
  async (folder) => {
    const out = join(folder, "out");
    const process = spawn(`${tiny} --out ${out} --workers 2`);
    const end = ended(process);
    await hasSaved(join(out, "checkpoints", "baseline-seed3"));
    process.kill("SIGINT");
    const { code, stderr } = await end;
    assert.equal(code, 4, stderr);
    const [cell] = (await readResult(out)).cells;
    assert.equal(cell!.status, "interrupted");
    const rest = await run(`${tiny} --out ${out} --workers 2 --resume`);
    assert.equal(rest.code, 0, rest.stderr);
    const [done] = (await readResult(out)).cells;
    assert.deepEqual([done!.status, done!.resumedAt], ["done", [cell!.steps]]);
  },
);

tensorflowTest("workers are refused where they cannot be", async (folder) => {
  const line = `--arms baseline --out ${folder}/out`;
  assertError(await run(`${line} --workers 2 --backend wasm`), 2, /must be tensorflow.*it is wasm/);
  assertError(
    await run(`${line} --workers 3 --backend tensorflow --set batchSize=32`),
    2,
    /on 3 workers as they must share batchSize equally: .* 32; the nearest are 30 and 33/,
  );
  assertError(await run(`${line} --workers tf-config`), 2, /TF_CONFIG as it is not set/);
  assertError(await run(`${line} --workers slurm`), 2, /SLURM_/);
  assert.equal(await exists(join(folder, "out", "result.json")), false);
});

tensorflowTest("Ctrl-C ends a worker that waits for one that does not come", async (folder) => {
  const ports = freePorts(2), out = join(folder, "out");
  const process = spawn(`${tiny} --out ${out} --workers tf-config`, localTask(ports));
  const end = ended(process);
  while (!await listens(ports[0]!)) await new Promise((resolve) => setTimeout(resolve, 50));
  process.kill("SIGINT");
  const { code, stderr } = await end;
  assert.equal(code, 4, stderr);
  assert.match(stderr, /^interrupted before all workers had come: nothing was begun$/m);
  assert.equal(await exists(out), false);
});

/** Worker 0 of a group that somebody else has made. */
function localTask(ports: readonly number[]): { TF_CONFIG: string } {
  const cluster = { worker: ports.map((port) => `127.0.0.1:${port}`) };
  return { TF_CONFIG: JSON.stringify({ cluster, task: { type: "worker", index: 0 } }) };
}

async function listens(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}

/** Waits for a checkpoint. */
async function hasSaved(checkpoints: string): Promise<void> {
  while (!(await namesIn(checkpoints)).some((name) => name.endsWith(".json"))) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Kills the worker of that rank that a process has started, once it has saved something. */
async function killWorker(starter: number, rank: number, checkpoints: string): Promise<void> {
  await hasSaved(checkpoints);
  // Deno lets nobody but the shell read what is in /proc.
  const script = "for pid in $(cat /proc/$0/task/$0/children); do " +
    `tr '\\0' '\\n' < /proc/$pid/environ | grep -q '"index":'$1 && kill -KILL $pid; done`;
  const { success } = await new Deno.Command("sh", {
    args: ["-c", script, `${starter}`, `${rank}`],
  })
    .output();
  assert.ok(success, `no worker ${rank} was killed`);
}
