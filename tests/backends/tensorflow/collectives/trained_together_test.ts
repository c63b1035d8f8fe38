/**
 * What two workers train is what one process trains with all their images: compared with two processes
 * on loopback, and one alone, with oneDNN off and on.
 *
 * `WS_SHOW_FIGURES=1 deno test -A tests/backends/tensorflow/collectives/trained_together_test.ts` prints
 * the figures.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { testWithLibrary } from "../harness.ts";
import { freeAddresses } from "./watched_group.ts";
import type { Asked, Seen } from "./trained_together.ts";

const program = new URL("trained_together.ts", import.meta.url).pathname;

async function run(asked: Asked, oneDnn: string): Promise<Seen> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", "--quiet", program, JSON.stringify(asked)],
    env: { TF_CPP_MIN_LOG_LEVEL: "3", TF_ENABLE_ONEDNN_OPTS: oneDnn },
    stdin: "null",
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!);
}

/**
 * What one ReLU makes of an input at its border, which rounding puts on one side or the other: 3e-5
 * here. Another machine's roundings may have it in any of the runs.
 */
const FLIP = 1e-4;

/** ‖a − b‖ / ‖b‖. */
function distance(a: Float32Array, b: Float32Array): number {
  assert.equal(a.length, b.length);
  let difference = 0, norm = 0;
  b.forEach((value, i) => {
    difference += (a[i]! - value) ** 2;
    norm += value ** 2;
  });
  return Math.sqrt(difference / norm);
}

// Each of CI's two runs of TensorFlow's tests does its own.
const asked = Deno.env.get("TF_ENABLE_ONEDNN_OPTS");

for (const oneDnn of asked === undefined ? ["0", "1"] : [asked]) {
  testWithLibrary(`two workers train what one process trains, oneDNN ${oneDnn}`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "together-test-" });
    try {
      const addresses = freeAddresses(2);
      const [alone, ...both] = await Promise.all([
        run({ folder, rank: 0, addresses: [] }, oneDnn),
        run({ folder, rank: 0, addresses }, oneDnn),
        run({ folder, rank: 1, addresses }, oneDnn),
      ]) as [Seen, Seen, Seen];
      const read = async (name: string) =>
        new Float32Array((await Deno.readFile(join(folder, name))).buffer);
      await checkWeights(read, oneDnn);
      checkCourse(alone, both);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

async function checkWeights(
  read: (name: string) => Promise<Float32Array>,
  oneDnn: string,
): Promise<void> {
  const figures: Record<string, number> = {};
  /** How far workers are from the process alone; they must be equal to each other, to the last bit. */
  const apart = async (name: string) => {
    const [first, second] = [await read(`${name}-0`), await read(`${name}-1`)];
    assert.deepEqual(first, second, `${name}: worker 0 has other values than worker 1`);
    return figures[name] = distance(first, await read(`${name}-alone`));
  };
  for (const normalization of ["group", "batch"]) {
    const gradient = await apart(`gradient-${normalization}`);
    assert.ok(gradient <= 1e-5, `the gradients of ${normalization} differ by ${gradient}`);
    const alone = await read(`weights-${normalization}-alone`);
    const reordered = await Promise.all(
      [0, 1].map(async (i) => distance(await read(`reordered-${normalization}-${i}-alone`), alone)),
    );
    const most = figures[`reordered-${normalization}`] = Math.max(...reordered);
    const weights = await apart(`weights-${normalization}`);
    const limit = Math.max(2 * most, FLIP);
    assert.ok(weights <= limit, `weights of ${normalization}: ${weights}, reordered ${most}`);
    assert.ok(most < 1e-3, `reordering alone changes weights of ${normalization} by ${most}`);
  }
  for (const name of ["uneven", "microbatches", "clipped", "chief"]) {
    const far = await apart(name);
    assert.ok(far <= 1e-5, `${name}: off by ${far}`);
  }
  if (Deno.env.get("WS_SHOW_FIGURES") === "1") console.log({ oneDnn, ...figures });
}

function checkCourse(alone: Seen, both: readonly Seen[]): void {
  for (const [name, values] of Object.entries(alone.losses)) {
    if (name.startsWith("reordered")) continue;
    for (const worker of both) {
      const [first] = worker.losses[name]!, [wanted] = values;
      assert.ok(Math.abs(first! - wanted!) < 1e-5, `${name}: ${first}, not ${wanted}`);
    }
  }
  assert.deepEqual(both[0]!.losses, both[1]!.losses);
  // The signal came after step 3, and was told in step 4.
  assert.deepEqual(both.map(({ losses }) => losses.stopped!.length), [4, 4]);
  assert.ok(both.every(({ ticks }) => ticks > 0), "no timer fired during the steps");
  assert.deepEqual(both.map(({ wrong }) => wrong), [0, 0]);
  assert.deepEqual(both.map(({ evaluations }) => evaluations), [1, 0]);
  assert.deepEqual(both[0]!.evaluated, both[1]!.evaluated);
  assert.equal((both[1]!.evaluated as unknown[]).length, 1);
  assert.equal(both[0]!.checkpoint, both[1]!.checkpoint);
  const refused = "Cannot restore as workers must be that of the checkpoint, 2: current value is 1";
  assert.deepEqual(both.map(({ refused }) => refused), [refused, refused]);
  const error =
    "RangeError: Cannot fit in a group as seed of worker 1 must be that of worker 0, 0: " +
    "current value is 1";
  assert.deepEqual(both.map(({ error }) => error), [error, error]);
  // It waits no longer for who has failed.
  assert.match(both[0]!.failed, /^WorkerLostError: /);
  assert.equal(both[1]!.failed, "Error: no more pictures");
}
