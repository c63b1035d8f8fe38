/**
 * The end of every report: machine and versions, the command that repeats it, its configuration.
 *
 * @module
 */
import { counted, fixed } from "../ground/format.ts";
import type { AnyRecord, Environment, Source } from "../record/mod.ts";
import { facts, fold, section, table } from "./blocks.ts";
import type { Block, Fact } from "./document.ts";

/** The sections on a record's origin; `more` are facts besides those about the machine. */
export function closingBlocks(
  { environment, command, config, source }:
    & Pick<AnyRecord, "environment" | "command" | "config">
    & { source?: Source },
  more: readonly Fact[] = [],
): Block[] {
  const script: Fact[] = source === undefined
    ? []
    : [["Script", source.path], ["SHA-256 of the script", source.sha256]];
  const configuration = table("The configuration as run", Object.entries(config), [
    ["key", ([key]) => key],
    ["value", ([, value]) => [{ as: "code", text: JSON.stringify(value) }]],
  ]);
  return [
    ...section("Environment", facts([...machineFacts(environment), ...more])),
    ...section("How to repeat it", [
      { kind: "code", code: command },
      ...facts(script),
      ...fold("Configuration", configuration),
    ]),
  ];
}

/** The backend with its version, where that is known. */
export function backendText({ backend, backendVersion }: Environment): string {
  return [backend, backendVersion ?? []].flat().join(" ");
}

function machineFacts(environment: Environment): Fact[] {
  const { deno, v8, typescript, os, arch, cpu, cores } = environment;
  const { memoryBytes, gpu, oneDnn, threads, commit, dirty = false } = environment;
  const rows: Record<string, string | undefined> = {
    Deno: `${deno}, V8 ${v8}${typescript === undefined ? "" : `, TypeScript ${typescript}`}`,
    "TensorFlow.js": environment.tensorflowjs,
    backend: backendText(environment),
    system: `${os} ${arch}`,
    processor: `${cpu}, ${counted(cores, "core")}`,
    "instruction sets": environment.instructionSets,
    threads: threads === undefined ? undefined : `${threads} an operation`,
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
