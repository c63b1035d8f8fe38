import assert from "node:assert/strict";
import { join } from "node:path";
import { lockFolder } from "../../../benchmarks/ground/lock.ts";
import { assertError, ended, exists, suiteProcess, written } from "../suite_process.ts";

const { spawn, run, test } = suiteProcess(
  "bench:ade20k",
  "tests/benchmarks/run/synthetic_suite.ts",
);

test("refuses a folder that another process writes into, until that ends", async (folder) => {
  const line = `--backend cpu --arms baseline --out ${folder}`;
  const process = spawn(`${line} --set waitMs=100`);
  await written(join(folder, "logs"), process);
  const refused = await run(`${line} --force`);
  assertError(refused, 2, new RegExp(`another run does \\(process ${process.pid} on \\S+, 20`));
  process.kill("SIGKILL");
  await ended(process);
  assert.ok(await exists(join(folder, ".lock")), "the killed process left its file");
  const after = await run(`${line} --force`);
  assert.equal(after.code, 0, after.stderr);
  assert.ok(!await exists(join(folder, ".lock")));
});

test("lockFolder() gives a folder to one at a time", async (folder) => {
  const lock = await lockFolder(folder);
  await assert.rejects(lockFolder(folder), { name: "UsageError", message: /as another run does/ });
  lock[Symbol.dispose]();
  assert.deepEqual([...Deno.readDirSync(folder)], []);
  (await lockFolder(folder))[Symbol.dispose]();
});
