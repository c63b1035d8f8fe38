/** `--deterministic`: the same weights however many cores there are, and nothing else goes on with them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readResult, type Result } from "../../../benchmarks/record/mod.ts";
import { otherDigits, selectDeterministic } from "../../../benchmarks/run/deterministic.ts";
import { findLibrary } from "../../../src/backends/tensorflow/library.ts";
import { withFolder } from "../../datasets/files.ts";
import { assertError, type Ended, ended, suiteProcess } from "../suite_process.ts";

const { args, run } = suiteProcess("bench:imagenet");
const root = new URL("../../..", import.meta.url);

/** Runs on so many of the machine's cores, with so many operations at a time. */
async function onCores(cores: string, operations: number, line: string): Promise<Ended> {
  const words = ["-c", cores, Deno.execPath(), ...args(line)];
  const env = { TF_NUM_INTEROP_THREADS: `${operations}`, _: "" };
  const options = { args: words, env, cwd: root, stdout: "piped", stderr: "piped" } as const;
  return await ended(new Deno.Command("taskset", options).spawn());
}

const weightsOf = async (out: string) => {
  const { cells: [cell] } = await readResult(out);
  return cell!.weights!.last!.sha256;
};

Deno.test({
  name: "--deterministic trains to the same bytes on one core and on all [tensorflow]",
  ignore: findLibrary() === undefined || Deno.build.os !== "linux",
  fn: () =>
    withFolder(async (folder) => {
      const line = (out: string) =>
        "--backend tensorflow --arms baseline --seeds 0 --set timingRounds=0 --set duration=8ba " +
        "--set evaluations=1 --set intraOpThreads=0 --set generatedTraining=64 " +
        `--set generatedValidation=16 --out ${out}`;
      const [one, all] = [join(folder, "one"), join(folder, "all")];
      const most = navigator.hardwareConcurrency - 1;
      const alone = await onCores("0", 1, `${line(one)} --deterministic`);
      assert.equal(alone.code, 0, alone.stderr);
      assert.match(alone.stderr, /^trains with seed 0 on tensorflow .*, 1 thread an operation$/m);
      const beside = await onCores(`0-${most}`, 4, `${line(all)} --deterministic`);
      assert.equal(beside.code, 0, beside.stderr);
      assert.equal(await weightsOf(all), await weightsOf(one));
      const { environment, config } = await readResult(all);
      assert.deepEqual([environment.threads, config.deterministic], [1, true]);
      const other = await run(`${line(all)} --resume`);
      assertError(other, 2, /differs in config\.deterministic/);
      const wrong = await run(`${line(all)} --force --deterministic --set intraOpThreads=2`);
      assertError(wrong, 2, /with --deterministic and intraOpThreads 2 as it is one thread that/);
    }),
});

Deno.test("selectDeterministic() has one thread, and refuses settings that ask for more", async () => {
  const asked = { intraOpThreads: 0 };
  assert.equal((await selectDeterministic("cpu", asked)).threads, 1);
  assert.equal((await selectDeterministic("wasm", asked)).threads, 1);
  await assert.rejects(selectDeterministic("cpu", { intraOpThreads: 4 }), { name: "UsageError" });
});

Deno.test("otherDigits() warns where a run goes on with what adds up in another order", () => {
  const resultOf = (environment: Partial<Result["environment"]>) => ({ environment }) as Result;
  const before = resultOf({ threads: 2, oneDnn: true, instructionSets: "avx2" });
  assert.deepEqual(otherDigits(before, before), []);
  assert.deepEqual(otherDigits(resultOf({}), before), [], "earlier versions did not say");
  const [warning] = otherDigits(before, resultOf({ threads: 8, oneDnn: false }));
  assert.match(warning!.message, /\(threads an operation: 2, now 8; oneDNN: true, now false\)$/);
});
