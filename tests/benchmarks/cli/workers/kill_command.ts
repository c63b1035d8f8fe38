/**
 * The kill test on a whole suite: `bench:imagenet --workers N` on generated pictures, one of whose worker
 * processes is killed at a random step; `--resume` goes on, and the weights at the end are held against
 * those of a run that nothing has disturbed. Prints a line for each, and fails if one is not as it should
 * be. On Linux, with TensorFlow's library (`deno task setup`); a run takes a minute.
 *
 *     deno run -A tests/benchmarks/cli/workers/kill_command.ts [TIMES] [WORKERS] [SEED]
 */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

const [times, workers, seed] = ["10", "2", "17"].map((usual, i) =>
  Number(Deno.args[i] ?? usual)
) as [
  number,
  number,
  number,
];
const STEPS = 60, LIMIT_MS = 2000;
const root = new URL("../../../../", import.meta.url).pathname;

/** Starts the suite. */
function start(out: string, ...more: string[]): Deno.ChildProcess {
  const settings = [`duration=${STEPS}ba`, "checkpointInterval=10ba", "timingRounds=0"];
  return new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--preload=benchmarks/cli/signals/inherited.ts", "benchmarks/imagenet.ts"],
      ...["--backend", "tensorflow", "--workers", `${workers}`, "--arms", "ws", "--seeds", "0"],
      ...settings.flatMap((setting) => ["--set", setting]),
      ...["--out", out, ...more],
    ],
    cwd: root,
    env: { TF_CPP_MIN_LOG_LEVEL: "3" },
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

async function finish(child: Deno.ChildProcess): Promise<{ code: number; errors: string }> {
  const errors = await new Response(child.stderr).text();
  return { code: (await child.status).code, errors };
}

const weightsOf = (out: string) => Deno.readFile(`${out}/weights/ws-seed0-last.safetensors`);
const wait = (durationMs: number) => new Promise((resolve) => setTimeout(resolve, durationMs));

/** The process of each worker, by rank. */
async function processesOf(launcher: number): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const status = await Deno.readTextFile(`/proc/${name}/status`);
      if (Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]) !== launcher) continue;
      const environment = (await Deno.readTextFile(`/proc/${name}/environ`)).split("\0");
      const config = environment.find((line) => line.startsWith("TF_CONFIG="));
      if (config !== undefined) {
        found.set(JSON.parse(config.slice("TF_CONFIG=".length)).task.index, Number(name));
      }
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

/** Steps that the log has. */
async function stepsOf(out: string): Promise<number> {
  const log = await Deno.readTextFile(`${out}/logs/ws-seed0.jsonl`).catch(() => "");
  return log.split("\n").filter((line) => line.includes('"stepEnd"')).length;
}

/** Kills one worker after that step; returns how long the others took to end. */
async function killAt(child: Deno.ChildProcess, out: string, victim: number, step: number) {
  while (await stepsOf(out) < step) await wait(20);
  const processes = await processesOf(child.pid);
  const since = performance.now();
  Deno.kill(processes.get(victim)!, "SIGKILL");
  while ((await processesOf(child.pid)).size > 0) await wait(20);
  return performance.now() - since;
}

async function once(folder: string, wanted: Uint8Array, victim: number, step: number) {
  const out = `${folder}/killed`;
  const child = start(out);
  const ending = finish(child);
  const durationMs = await killAt(child, out, victim, step);
  const { code, errors } = await ending;
  const named = new RegExp(`Lost rank ${victim} `).test(errors);
  const resumed = await finish(start(out, "--resume"));
  const isSame = resumed.code === 0 && `${await weightsOf(out)}` === `${wanted}`;
  await Deno.remove(out, { recursive: true });
  const isRight = code !== 0 && named && durationMs <= LIMIT_MS && isSame;
  console.log(
    `${isRight ? "ok  " : "FAIL"} rank ${victim} after step ${step}: others ended after ` +
      `${durationMs.toFixed(0)} ms with exit code ${code}, ${
        named ? "naming it" : "NOT NAMING IT"
      }; ` +
      (isSame ? "resumed to the same weights" : "OTHER WEIGHTS"),
  );
  if (!isRight) console.log(errors, resumed.errors);
  return isRight;
}

const folder = await Deno.makeTempDir();
try {
  const whole = await finish(start(`${folder}/whole`));
  if (whole.code !== 0) throw new Error(whole.errors);
  const wanted = await weightsOf(`${folder}/whole`);
  const generator = xoroshiro128plus(seed);
  let right = 0;
  for (let i = 0; i < times; i++) {
    const victim = uniformInt(generator, 0, workers - 1);
    const step = uniformInt(generator, 1, STEPS - 5);
    if (await once(folder, wanted, victim, step)) right++;
  }
  console.log(`${right} of ${times}`);
  Deno.exitCode = right === times ? 0 : 1;
} finally {
  await Deno.remove(folder, { recursive: true });
}
