/** What a check is, and what it has. */
import { join } from "node:path";
import type { Slurm } from "../slurm.ts";

/** What a check has: a Slurm, and a folder that all nodes see. */
export interface Place {
  slurm: Slurm;
  folder: string;
  /** The file that a job's output goes to; kept where a check fails. */
  log(name: string): string;
  /** What other checks have made already. */
  once(name: string, make: (out: string) => Promise<void>): Promise<string>;
}

/** A check, and what it finds. */
export interface Check {
  name: string;
  /** @returns what was seen, for its line */
  run(place: Place): Promise<string>;
}

/**
 * Where checks are run.
 *
 * @param folder an empty folder for what they make
 */
export function placeOf(slurm: Slurm, folder: string): Place {
  const made = new Map<string, Promise<string>>();
  return {
    slurm,
    folder,
    log: (name) => join(folder, `${name}.log`),
    once(name, make) {
      const out = join(folder, name);
      const there = made.get(name) ?? make(out).then(() => out);
      made.set(name, there);
      return there;
    },
  };
}

/** The path of one of docs/cluster's batch files, from the repository's folder. */
export const file = (name: string): string => `docs/cluster/${name}.sbatch`;

/** Where a job's output goes. */
export const output = (path: string): string => `--output=${path}`;
