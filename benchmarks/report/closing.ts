/**
 * What every report ends with: machine and versions, the command that repeats it, its configuration.
 *
 * @module
 */
import { counted, fixed } from "../ground/format.ts";
import type { AnyRecord, Environment, Source } from "../record/mod.ts";
import { type Block, section, type Text } from "./document.ts";

/** A name and a value. */
export type Fact = readonly [name: string, value: Text];

/** The sections on where a record is from. */
export function closingBlocks(
  { environment, command, config, source }:
    & Pick<AnyRecord, "environment" | "command" | "config">
    & { source?: Source },
  facts: readonly Fact[] = [],
): Block[] {
  const values = Object.entries(config)
    .map(([key, value]): Text[] => [key, [{ as: "code", text: JSON.stringify(value) }]]);
  const script: Fact[] = source === undefined
    ? []
    : [["Script", source.path], ["SHA-256 of the script", source.sha256]];
  const table = { caption: "The configuration as run", columns: ["key", "value"], rows: values };
  return [
    ...section("Environment", [{ kind: "facts", rows: [...machineFacts(environment), ...facts] }]),
    ...section("How to repeat it", [
      { kind: "code", code: command },
      ...(script.length === 0 ? [] : [{ kind: "facts", rows: script } as const]),
      ...(values.length === 0 ? [] : [
        { kind: "fold", title: "Configuration", blocks: [{ kind: "table", ...table }] } as const,
      ]),
    ]),
  ];
}

function machineFacts(environment: Environment): Fact[] {
  const { deno, v8, typescript, backend, backendVersion = "", os, arch, cpu, cores } = environment;
  const { memoryBytes, gpu, oneDnn, commit, dirty = false } = environment;
  const rows: Record<string, string | undefined> = {
    Deno: `${deno}, V8 ${v8}${typescript === undefined ? "" : `, TypeScript ${typescript}`}`,
    "TensorFlow.js": environment.tensorflowjs,
    backend: `${backend} ${backendVersion}`,
    system: `${os} ${arch}`,
    processor: `${cpu}, ${counted(cores, "core")}`,
    "instruction sets": environment.instructionSets,
    oneDNN: oneDnn === undefined ? undefined : oneDnn ? "on" : "off",
    memory: `${fixed(memoryBytes / 1e9, 1)} GB`,
    accelerator: gpu,
    commit: commit !== undefined && dirty ? `${commit}, with changes` : commit,
  };
  return Object.entries(rows).filter((row): row is [string, string] => row[1] !== undefined);
}

/** When a record was made, for readers. */
export function made({ createdAt }: Pick<AnyRecord, "createdAt">): Fact {
  return ["Made", createdAt.replace("T", " ").replace(/\.\d+Z$/, " UTC")];
}
