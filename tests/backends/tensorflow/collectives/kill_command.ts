/**
 * The kill test at full length: 10 trainings of 3 workers, each killed at a random moment, restarted and
 * held against an undisturbed one. Prints a line for each, and fails if one does not end as it should.
 *
 *     deno run -A tests/backends/tensorflow/collectives/kill_command.ts [TIMES] [WORKERS] [SIGNAL] [SEED]
 */
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { type Killed, killWorkers } from "./kill_workers.ts";

const [times = "10", workers = "3", signal = "SIGKILL", seed = "17"] = Deno.args;
/** Within which all others must have ended. */
const limitMs = signal === "SIGSTOP" ? 30_000 : 2000;

const isRight = ({ victim, survivors, sameWeights }: Killed) =>
  sameWeights &&
  survivors.every(({ code, durationMs, lastLine }) =>
    code === 3 && durationMs <= limitMs &&
    lastLine.startsWith(`WorkerLostError: Lost rank ${victim} `)
  );

const generator = xoroshiro128plus(Number(seed));
const all = await killWorkers({
  times: Number(times),
  workers: Number(workers),
  signal: signal as Deno.Signal,
  random: () => uniformFloat64(generator),
  onKilled: (killed) => {
    const { victim, step, afterMs, survivors, restored } = killed;
    const durations = survivors.map(({ durationMs }) => durationMs.toFixed(0)).join(", ");
    const moment = `rank ${victim}, ${afterMs.toFixed(0)} ms after step ${step}`;
    console.log(
      `${
        isRight(killed) ? "ok  " : "FAIL"
      } ${moment}: others ended after ${durations} ms; went on ` +
        `at step ${restored}; ${killed.sameWeights ? "same weights" : "OTHER WEIGHTS"}`,
    );
    if (!isRight(killed)) console.log(survivors.map(({ lastLine }) => lastLine).join("\n"));
  },
});
const right = all.filter(isRight).length;
const longest = Math.max(
  ...all.flatMap(({ survivors }) => survivors.map((each) => each.durationMs)),
);
console.log(`${right} of ${all.length}; the slowest ended after ${longest.toFixed(0)} ms`);
Deno.exit(right === all.length ? 0 : 1);
