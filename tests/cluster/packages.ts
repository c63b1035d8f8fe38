/** What a cluster needs on a machine that has nothing: Slurm, munge and TensorFlow's library. */
import { UsageError } from "../../benchmarks/ground/errors.ts";
import { findLibrary } from "../../src/backends/tensorflow/library.ts";

/** Programs, and Debian's packages that bring them. */
const wanted: Readonly<Record<string, string>> = {
  slurmctld: "slurm-wlm",
  slurmd: "slurm-wlm",
  sbatch: "slurm-wlm",
  munged: "munge",
};

/**
 * Installs the packages that are not there.
 *
 * @param say takes a line about what is done
 * @throws {UsageError} if this machine cannot have them, or the user is not root
 */
export async function installSlurm(say: (line: string) => void): Promise<void> {
  if (Deno.build.os !== "linux") {
    throw new UsageError(`Slurm runs on Linux alone, and this is ${Deno.build.os}`);
  }
  if (Deno.uid() !== 0) {
    throw new UsageError(
      "Cannot start a Slurm of two nodes as user " + Deno.uid() + ": its daemons start jobs for " +
        "users, which root alone may. Run it as root, such as in a container or a virtual machine",
    );
  }
  const missing = [...new Set((await absent()).map((program) => wanted[program]!))];
  if (missing.length === 0) return;
  if (!await isThere("apt-get")) {
    throw new UsageError(
      `Cannot find ${
        missing.join(" and ")
      }, nor apt-get to install it: install Slurm (slurmctld, ` +
        "slurmd, sbatch) and munge, then run this again",
    );
  }
  say(`installing ${missing.join(" and ")} by apt-get; they stay`);
  await apt("update");
  await apt("install", "-y", "--no-install-recommends", ...missing);
  const still = await absent();
  if (still.length > 0) {
    throw new UsageError(`apt-get has installed ${missing.join(", ")}, but ${still} is not there`);
  }
}

/**
 * Sets TensorFlow's library up, which workers train by.
 *
 * @throws {UsageError} if it cannot be
 */
export async function installTensorFlow(say: (line: string) => void): Promise<void> {
  if (findLibrary() !== undefined) return;
  say("setting TensorFlow's library up: deno task setup");
  if (await succeeds(Deno.execPath(), ["task", "setup"])) return;
  if (await isThere("apt-get")) {
    await apt("install", "-y", "--no-install-recommends", "python3-pip");
  }
  if (await succeeds(Deno.execPath(), ["task", "setup"])) return;
  throw new UsageError("Cannot set TensorFlow's library up: see what `deno task setup` says");
}

async function absent(): Promise<string[]> {
  const programs = Object.keys(wanted);
  const there = await Promise.all(programs.map(isThere));
  return programs.filter((_, i) => !there[i]);
}

/** Whether there is such a program on the PATH. */
async function isThere(program: string): Promise<boolean> {
  return await succeeds("/bin/sh", ["-c", 'command -v "$0"', program]);
}

async function succeeds(program: string, args: string[]): Promise<boolean> {
  const { success } = await new Deno.Command(program, { args, stdout: "null", stderr: "null" })
    .output();
  return success;
}

async function apt(...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("apt-get", {
    args,
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (success) return;
  const lines = new TextDecoder().decode(stderr).trim().split("\n");
  throw new UsageError(`apt-get ${args.join(" ")} failed: ${lines.at(-1)}`);
}
