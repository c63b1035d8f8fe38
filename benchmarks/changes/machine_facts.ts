import { cpus } from "node:os";
import { instructionSets } from "../ground/instruction_sets.ts";

/**
 * The machine, and what this program runs in. What computes is each version's own.
 *
 * @param backend the TensorFlow.js backend
 */
export function machineFacts(backend: string): Record<string, string | number> {
  return {
    backend,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    os: Deno.build.os,
    arch: Deno.build.arch,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    instructionSets: instructionSets(),
    cores: navigator.hardwareConcurrency,
    memoryBytes: Deno.systemMemoryInfo().total,
  };
}
