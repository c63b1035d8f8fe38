import assert from "node:assert/strict";
import { join } from "node:path";
import { assertRefused, pause } from "../bench.ts";
import {
  type Attempt,
  type Kind,
  missed,
  type Outcome,
  refusedThenResumed,
  resumed,
  sum,
} from "../kind.ts";
import { system } from "../mounts.ts";
import { lineOf } from "../subjects.ts";
import { assertWhole } from "../whole.ts";

/** The others notice a loss at once; this is for a machine that is busy. */
const noticedWithinMs = 60_000;

/** Of a training of two processes one is killed, or the process that started them. */
export const lostWorker: Kind = {
  about: "one of two data-parallel workers is killed, or the process that started them",
  attempts: (kills) => Math.ceil(kills / 20),
  takes: ({ suite, backend }) => backend === "tensorflow" && suite !== "microbatch",
  missing: () =>
    Promise.resolve(
      Deno.build.os === "linux"
        ? undefined
        : "the workers' processes are looked up in Linux's /proc",
    ),
  async attempt(attempt): Promise<Outcome> {
    return sum([
      await killed(attempt, attempt.draw.whole(0, 1)),
      ...attempt.short ? [] : [await killed(attempt, "starter")],
    ]);
  },
};

async function killed(
  { bench, subject, draw }: Attempt,
  victim: number | "starter",
): Promise<Outcome> {
  const line = `${lineOf(subject)} --workers 2`;
  await bench.reference(subject, line);
  const out = bench.place();
  const run = await bench.start(subject, out, { line });
  const steps = draw.whole(1, 18);
  while (!run.hasEnded() && await stepsIn(out) < steps) await pause(10);
  const processes = await workersOf(run.pid);
  const isLate = run.hasEnded() || processes.size < 2;
  if (victim === "starter") run.signal("SIGKILL");
  else if (!isLate) Deno.kill(processes.get(victim)!, "SIGKILL");
  const since = performance.now();
  while ((await Promise.all([...processes.values()].map(isRunning))).some(Boolean)) {
    const waitedMs = performance.now() - since;
    assert.ok(isLate || waitedMs < noticedWithinMs, "the other worker goes on alone");
    await pause(20);
  }
  const how = await run.end;
  if (typeof victim === "number" && how.code !== 0) {
    assertRefused(how, [5], new RegExp(`Lost rank ${victim} |worker ${victim}`));
  }
  await assertWhole(out, { ended: how.code === 0 });
  await bench.assertResumes(subject, out, line);
  if (isLate) return missed;
  return how.code === 0 || victim === "starter" ? resumed : refusedThenResumed;
}

/** The process of each worker, by rank. */
async function workersOf(starter: number): Promise<Map<number, number>> {
  const script = new URL("../workers_of.sh", import.meta.url).pathname;
  const lines = (await system("sh", script, `${starter}`)).split("\n").filter(Boolean);
  return new Map(lines.map((line) => line.split(" ").map(Number) as [number, number]));
}

async function isRunning(pid: number): Promise<boolean> {
  const state = `sed -n 's/^State:[[:space:]]*//p' /proc/${pid}/status 2>/dev/null || true`;
  return /^[^XZ]/.test(await system("sh", "-c", state));
}

/** Steps that the logs have. */
async function stepsIn(out: string): Promise<number> {
  let steps = 0;
  const logs = await Array.fromAsync(Deno.readDir(join(out, "logs"))).catch(() => []);
  for (const { name } of logs) {
    const log = await Deno.readTextFile(join(out, "logs", name)).catch(() => "");
    steps += log.split("\n").filter((line) => line.includes('"stepEnd"')).length;
  }
  return steps;
}
