/**
 * `deno task test:cluster`: a Slurm of two nodes on this machine, and docs/cluster's files on it.
 *
 * @module
 */
import { flag, option } from "../../benchmarks/cli/options.ts";
import { program, start } from "../../benchmarks/cli/program.ts";
import { abortSignal } from "../../benchmarks/cli/signals/stop_signals.ts";
import { UsageError } from "../../benchmarks/ground/errors.ts";
import { text } from "../../benchmarks/ground/value_kinds.ts";
import { type Check, placeOf } from "./checks/check.ts";
import { checks } from "./checks/mod.ts";
import { assertNothingLeft, systemFiles } from "./leftovers.ts";
import { installSlurm, installTensorFlow } from "./packages.ts";
import { Report } from "./report.ts";
import { startSlurm } from "./slurm.ts";

const testCluster = program<{ keep: boolean; only: string | undefined }>({
  command: "deno task test:cluster",
  summary:
    "Starts a Slurm of two nodes on this machine, runs the files of docs/cluster on it, and checks " +
    "what they leave. Needs Linux and root; installs slurm-wlm and munge by apt where they are not " +
    "there.",
  options: {
    only: option(text("TEXT"), "the checks alone whose names have this text in them"),
    keep: flag("keep the folder of results and jobs' logs, and say where it is"),
  },
  examples: ["deno task test:cluster", "deno task test:cluster --only array --keep"],
  endings: { failed: "a check failed", interrupted: "interrupted" },
  signal: abortSignal,
  async run({ keep, only = "" }, { signal }) {
    const asked = checks.filter(({ name }) => name.includes(only));
    if (asked.length === 0) {
      const names = checks.map(({ name }) => `  ${name}`);
      throw new UsageError(`--only ${only}: no check has that in its name:\n${names.join("\n")}`);
    }
    await installSlurm(console.log);
    await installTensorFlow(console.log);
    const before = await systemFiles();
    const folder = await Deno.makeTempDir({ prefix: "cluster-" });
    const slurmFolder = await Deno.makeTempDir({ prefix: "slurm-" });
    const report = new Report(console.log, signal);
    await onSlurm(slurmFolder, folder, asked, report, signal);
    await report.run("nothing is left of it", async () => {
      await assertNothingLeft(slurmFolder, before);
      return "no process and no file, in /etc and /run neither";
    });
    if (keep || report.failed > 0) console.log(`results and jobs' logs: ${folder}`);
    else await Deno.remove(folder, { recursive: true });
    if (signal.aborted) return "interrupted";
    console.log(report.summary);
    return report.failed > 0 ? "failed" : "done";
  },
});

/** Runs all checks on a Slurm that ends with them, or when the process is asked to. */
async function onSlurm(
  slurmFolder: string,
  folder: string,
  checks: readonly Check[],
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const slurm = await report.run("munged, slurmctld and two slurmd are up", async (tell) => {
    const started = await startSlurm(slurmFolder);
    tell("both nodes are idle");
    return started;
  });
  if (slurm === undefined) return;
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });
  try {
    const place = placeOf(slurm, folder);
    for (const { name, run } of checks) {
      if (signal.aborted) return;
      await Promise.race([report.run(name, () => run(place)), aborted]);
    }
  } finally {
    await slurm.end();
  }
}

if (import.meta.main) await start(testCluster);
