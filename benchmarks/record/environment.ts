import { cpus } from "node:os";
import * as tf from "../../src/tf.ts";
import { runGit } from "../ground/git.ts";
import { instructionSets } from "../ground/instruction_sets.ts";
import type { Environment } from "./mod.ts";

/** New files count, whatever a person's own configuration shows. */
const dirtyFiles = ["status", "--porcelain", "--untracked-files=normal"];

/**
 * The machine and the versions that a run's figures belong to.
 *
 * @param backendVersion the version of what computes behind the current backend
 * @param details the accelerator used, if any, and whether oneDNN computes, where that is known
 * @returns the record for `result.json`
 */
export async function environment(
  backendVersion: string,
  { gpu, oneDnn }: Pick<Environment, "gpu" | "oneDnn"> = {},
): Promise<Environment> {
  const commit = await git("rev-parse", "HEAD");
  const changes = commit === undefined ? undefined : await git(...dirtyFiles);
  return {
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    typescript: Deno.version.typescript,
    tensorflowjs: tf.version_core,
    backend: tf.getBackend(),
    backendVersion,
    os: Deno.build.os,
    arch: Deno.build.arch,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    instructionSets: instructionSets(),
    cores: navigator.hardwareConcurrency,
    memoryBytes: Deno.systemMemoryInfo().total,
    ...(gpu !== undefined && { gpu }),
    ...(oneDnn !== undefined && { oneDnn }),
    ...(commit !== undefined && { commit }),
    ...(changes !== undefined && { dirty: changes !== "" }),
  };
}

/** What git says of this repository; nothing outside of a checkout, or without git. */
async function git(...args: string[]): Promise<string | undefined> {
  try {
    const { success, stdout } = await runGit(args);
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch {
    return undefined;
  }
}
