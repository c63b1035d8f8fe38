import { cpus } from "node:os";
import * as tf from "../src/tf.ts";
import { runGit } from "./git.ts";
import type { Environment } from "./result.ts";

/** New files count, whatever a person's own configuration shows. */
const dirtyFiles = ["status", "--porcelain", "--untracked-files=normal"];

/**
 * The machine and the versions that a run's figures belong to.
 *
 * @param backendVersion the version of what computes behind the current backend
 * @param gpu the accelerator used, if any
 * @returns the record for `result.json`
 */
export async function environment(backendVersion: string, gpu?: string): Promise<Environment> {
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
    cores: navigator.hardwareConcurrency,
    memoryBytes: Deno.systemMemoryInfo().total,
    ...(gpu !== undefined && { gpu }),
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
