/** What a Slurm might leave behind. */
import assert from "node:assert/strict";
import { exists } from "./slurm.ts";

/** Where a Slurm or a munge that is installed keeps its files. */
const systemFolders = ["/etc/slurm", "/etc/munge", "/run/munge", "/run/slurm", "/var/spool"];

/** The files of the system's own folders that a Slurm might write into. */
export async function systemFiles(): Promise<string[]> {
  const lists = await Promise.all(systemFolders.map(async (folder) => {
    if (!await exists(folder)) return [];
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return [folder, ...entries.map(({ name }) => `${folder}/${name}`)];
  }));
  return lists.flat().sort();
}

/** Fails where a Slurm has left a file or a process. */
export async function assertNothingLeft(folder: string, before: readonly string[]): Promise<void> {
  assert.deepEqual(await systemFiles(), before);
  assert.ok(!await exists(folder), `${folder} is still there`);
  assert.equal(await processesOf(folder), "");
}

/** The ids of processes that were told of the Slurm in a folder. */
async function processesOf(folder: string): Promise<string> {
  const script = new URL("processes_of.sh", import.meta.url).pathname;
  const { stdout } = await new Deno.Command("sh", { args: [script, folder] }).output();
  return new TextDecoder().decode(stdout);
}
