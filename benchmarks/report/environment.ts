import { counted, fixed } from "../ground/format.ts";
import type { Environment } from "../record/mod.ts";

/**
 * The machine and the versions: names and values.
 *
 * @param environment what is known of them
 */
export function environmentFacts(environment: Partial<Environment>): [string, string][] {
  const { deno, v8, typescript, backend, backendVersion, os, arch, cpu, cores } = environment;
  const { memoryBytes, gpu, oneDnn, commit, dirty } = environment;
  const versions = { Deno: deno, V8: v8, TypeScript: typescript };
  const rows: Record<string, string | undefined> = {
    runtime: Object.entries(versions).filter(([, version]) => version !== undefined)
      .map((pair) => pair.join(" ")).join(", ") || undefined,
    "TensorFlow.js": environment.tensorflowjs,
    backend: [backend, backendVersion].filter(Boolean).join(" ") || undefined,
    system: [os, arch].filter(Boolean).join(" ") || undefined,
    processor: cpu === undefined ? undefined : `${cpu}, ${counted(cores ?? NaN, "core")}`,
    "instruction sets": environment.instructionSets,
    oneDNN: oneDnn === undefined ? undefined : onOrOff(oneDnn),
    memory: memoryBytes === undefined ? undefined : `${fixed(memoryBytes / 1e9, 1)} GB`,
    accelerator: gpu,
    commit: commit !== undefined && dirty === true ? `${commit}, with changes` : commit,
  };
  return Object.entries(rows).filter((row): row is [string, string] => row[1] !== undefined);
}

/** How reports say whether something is used. */
export function onOrOff(isOn: boolean): string {
  return isOn ? "on" : "off";
}

/**
 * When a record was made, for readers.
 *
 * @param createdAt ISO 8601
 */
export function madeText(createdAt: string): string {
  return createdAt.replace("T", " ").replace(/\.\d+Z$/, " UTC");
}
