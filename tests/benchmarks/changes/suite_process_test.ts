/** A suite as a process, where the checkout's suite is a stub. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { suiteFile } from "../../../benchmarks/changes/profiles.ts";
import { runSuiteProcess, type SuiteRun } from "../../../benchmarks/changes/suite_process.ts";
import { exitCodes } from "../../../benchmarks/cli/exit.ts";
import { withFolder } from "../../datasets/files.ts";
import { exists, withDefaultSignals } from "../suite_process.ts";
import { stubResult } from "./stub_repository.ts";

const suite = {
  name: "stub",
  metric: "mIoU",
  arms: ["baseline", "ws"],
  settings: {},
};

/** Writes a suite's program into a folder, and says how it is run. */
async function stub(folder: string, program: string): Promise<SuiteRun> {
  const file = join(folder, suiteFile(suite.name));
  await Deno.mkdir(dirname(file), { recursive: true });
  await Deno.writeTextFile(file, program);
  return {
    folder,
    out: join(folder, "out"),
    backend: "wasm",
    seeds: [3, 4],
    settings: { duration: "2ba" },
    resume: true,
    takesBroken: false,
    failure: "Cannot compare as the head's",
    signal: new AbortController().signal,
    tell: () => {},
  };
}

/** Writes what it was asked, and ends with a code. */
const ending = (code: number) => `
Deno.mkdirSync("out", { recursive: true });
Deno.writeTextFileSync("out/result.json", ${JSON.stringify(JSON.stringify(stubResult()))});
console.error(JSON.stringify(Deno.args));
console.error("the last words");
Deno.exit(${code});
`;

Deno.test("runSuiteProcess() runs the quick profile of a checkout's suite, and reads what it recorded", () =>
  withFolder(async (folder) => {
    const told: string[] = [];
    const run = { ...await stub(folder, ending(0)), tell: (line: string) => told.push(line) };
    assert.deepEqual((await runSuiteProcess(suite, run)).seeds, stubResult().seeds);
    assert.deepEqual(told, [
      JSON.stringify([
        ...["--profile", "quick", "--backend", "wasm", "--arms", "baseline,ws", "--seeds", "3,4"],
        ...["--set", "duration=2ba", "--out", run.out, "--resume"],
      ]),
      "the last words",
    ]);
  }));

Deno.test("runSuiteProcess() takes a result with broken cells where it may, and refuses all other ends", () =>
  withFolder(async (folder) => {
    const { broken, failed } = exitCodes;
    for (const [code, takesBroken] of [[broken, false], [failed, true]] as const) {
      const run = { ...await stub(folder, ending(code)), takesBroken };
      const message = `Cannot compare as the head's bench:stub ended with ${code}: the last words`;
      await assert.rejects(runSuiteProcess(suite, run), { name: "UsageError", message });
    }
    const run = await stub(folder, ending(broken));
    assert.equal((await runSuiteProcess(suite, { ...run, takesBroken: true })).kind, "cells");
  }));

/** Says that it runs; ended by SIGTERM it says so, and after a while it ends by itself. */
const lasting = `
Deno.addSignalListener("SIGTERM", () => {
  Deno.writeTextFileSync("asked to end", "");
  Deno.exit(0);
});
setTimeout(() => Deno.exit(0), 20_000);
console.error("runs");
`;

Deno.test("runSuiteProcess() lets a suite that can be resumed end by itself when it is interrupted", () =>
  withFolder(async (folder) => {
    for (const resume of [false, true]) {
      const interruption = new AbortController();
      const run = await stub(folder, `${lasting}\nawait new Promise(() => {});`);
      const interrupted = withDefaultSignals(() =>
        runSuiteProcess(suite, {
          ...run,
          resume,
          signal: interruption.signal,
          tell: () => interruption.abort(new Error("interrupted")),
        })
      );
      await assert.rejects(interrupted, /interrupted/);
      assert.equal(await exists(join(folder, "asked to end")), resume, `${resume}`);
    }
  }));

Deno.test("runSuiteProcess() starts nothing once it is interrupted", () =>
  withFolder(async (folder) => {
    const run = await stub(folder, ending(0));
    await assert.rejects(
      runSuiteProcess(suite, { ...run, signal: AbortSignal.abort(new Error("interrupted")) }),
      /interrupted/,
    );
    assert.ok(!await exists(run.out));
  }));
