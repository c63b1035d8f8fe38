/** docs/cluster/requeued.sh, where Slurm's commands are stand-ins. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

const script = fileURLToPath(new URL("../../docs/cluster/requeued.sh", import.meta.url));

/** A program that ends with an exit code when it is asked to by a file, as a task of a step would. */
const program = 'while ! [ -e asked ] && ! [ -e over ]; do sleep 0.05; done; exit "$0"';

/**
 * Runs requeued.sh where Slurm's commands are stand-ins, which note how they were called.
 *
 * @param code what the program ends with
 * @param signal what the batch shell gets; nothing, and the program ends by itself
 * @param variables Slurm's, of the job
 * @param scontrol what the stand-in for scontrol ends with
 */
async function underStandIns(
  code: number,
  signal: "SIGUSR1" | "SIGTERM" | undefined,
  variables: Record<string, string> = {},
  scontrol = "true",
): Promise<{ code: number; calls: string[] }> {
  const place = await Deno.makeTempDir();
  try {
    for (const [name, does] of [["scancel", "touch asked"], ["scontrol", scontrol]]) {
      const text = `#!/bin/sh\necho "${name} $*" >>calls\n${does}\n`;
      await Deno.writeTextFile(join(place, name!), text, { mode: 0o755 });
    }
    const job = new Deno.Command("bash", {
      args: [script, "sh", "-c", `touch began; ${program}`, `${code}`],
      cwd: place,
      env: { PATH: `${place}:${Deno.env.get("PATH")}`, SLURM_JOB_ID: "7", ...variables },
      stdout: "null",
    }).spawn();
    const began = join(place, "began");
    while (!await Deno.stat(began).catch(() => false)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    if (signal !== undefined) job.kill(signal);
    if (signal !== "SIGUSR1") await Deno.writeTextFile(join(place, "over"), "");
    const ended = await job.status;
    const calls = await Deno.readTextFile(join(place, "calls")).catch(() => "");
    return { code: ended.code, calls: calls.split("\n").filter(Boolean) };
  } finally {
    await Deno.remove(place, { recursive: true });
  }
}

Deno.test("requeued.sh passes a warning on as SIGTERM, and requeues what has saved", async () => {
  const calls = ["scancel --signal=TERM 7", "scontrol requeue 7"];
  assert.deepEqual(await underStandIns(4, "SIGUSR1"), { code: 4, calls });
});

Deno.test("requeued.sh ends with 4, which RequeueExit may know, where the job cannot be requeued", async () => {
  const calls = ["scancel --signal=TERM 7", "scontrol requeue 7"];
  assert.deepEqual(await underStandIns(4, "SIGUSR1", {}, "false"), { code: 4, calls });
});

Deno.test("requeued.sh means its own task of an array, whose id may be the array's", async () => {
  const variables = { SLURM_ARRAY_JOB_ID: "7", SLURM_ARRAY_TASK_ID: "3" };
  const { calls } = await underStandIns(4, "SIGUSR1", variables);
  assert.deepEqual(calls, ["scancel --signal=TERM 7_3", "scontrol requeue 7_3"]);
});

Deno.test("requeued.sh requeues nothing that ended otherwise, that nobody warned, or that Slurm ends", async () => {
  const asked = ["scancel --signal=TERM 7"];
  assert.deepEqual(await underStandIns(0, "SIGUSR1"), { code: 0, calls: asked });
  assert.deepEqual(await underStandIns(5, "SIGUSR1"), { code: 5, calls: asked });
  assert.deepEqual(await underStandIns(4, undefined), { code: 4, calls: [] });
  assert.deepEqual(await underStandIns(4, "SIGTERM"), { code: 4, calls: [] });
});
