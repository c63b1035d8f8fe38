import { cpus } from "node:os";
import { git } from "../ground/git.ts";
import { instructionSets } from "../ground/instruction_sets.ts";
import type { Environment } from "./head.ts";

/** New files count, whatever a person's own configuration shows. */
const dirtyFiles = ["status", "--porcelain", "--untracked-files=normal"];

/** What computes, as far as it is known. */
type Computing = Pick<
  Environment,
  "backend" | "backendVersion" | "tensorflowjs" | "gpu" | "oneDnn" | "threads"
>;

/**
 * The machine, and the versions of what a program runs in.
 *
 * @param computing the backend, and what is known of it; other fields are left out
 */
export function machine(
  { backend, backendVersion, tensorflowjs, gpu, oneDnn, threads }: Computing,
): Environment {
  return {
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    typescript: Deno.version.typescript,
    ...(tensorflowjs !== undefined && { tensorflowjs }),
    backend,
    ...(backendVersion !== undefined && { backendVersion }),
    os: Deno.build.os,
    arch: Deno.build.arch,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    instructionSets: instructionSets(),
    cores: navigator.hardwareConcurrency,
    memoryBytes: Deno.systemMemoryInfo().total,
    ...(gpu !== undefined && { gpu }),
    ...(oneDnn !== undefined && { oneDnn }),
    ...(threads !== undefined && { threads }),
  };
}

/**
 * As {@linkcode machine}, with the commit of this repository; without it outside of a checkout, or
 * where there is no git.
 */
export async function environment(computing: Computing): Promise<Environment> {
  const commit = await git(["rev-parse", "HEAD"]).catch(() => undefined);
  if (commit === undefined) return machine(computing);
  const changes = await git(dirtyFiles).catch(() => undefined);
  return {
    ...machine(computing),
    commit,
    ...(changes !== undefined && { dirty: changes !== "" }),
  };
}
