/**
 * Whether two records are of one run, so that their parts belong together.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import { isKnown } from "../ground/instruction_sets.ts";
import type { Environment, Json } from "./head.ts";
import type { AnyRecord, Kind, RecordOf } from "./kinds.ts";

/** What a record says of itself, by name, in the order in which differences are reported. */
type Facts = Readonly<Record<string, Json | undefined>>;

/**
 * The first thing that keeps two records from being of one run, whose parts can be merged.
 *
 * @returns its name with both values, where they are short; nothing where there is no such thing
 */
export function differenceOf(first: AnyRecord, second: AnyRecord): string | undefined {
  return differences(factsOf(first), factsOf(second))[0];
}

/**
 * All that differs between two records.
 *
 * @returns each name with both values, where they are short
 */
export function differences(first: Facts, second: Facts): string[] {
  const names = [...new Set([...Object.keys(first), ...Object.keys(second)])];
  return names.filter((name) => differ(name, first[name], second[name])).map((name) => {
    const [a = "", b = ""] = [first[name], second[name]].map(shortText);
    return a !== "" && b !== "" && a !== b ? `${name} (${a} and ${b})` : name;
  });
}

/** Not recorded by every version. */
const oftenUnknown: readonly string[] = [
  "instructionSets",
  "oneDnn",
] satisfies (keyof Environment)[];

function differ(name: string, a: Json | undefined, b: Json | undefined): boolean {
  if (oftenUnknown.includes(name) && !(isKnown(a) && isKnown(b))) return false;
  return !isDeepStrictEqual(a, b);
}

/** A value in a line; nothing where that would be long. */
function shortText(value: Json | undefined): string {
  const text = value === undefined ? "none" : JSON.stringify(value);
  return text.length <= 80 ? text : "";
}

/** What an arm sets comes before the words that tell it, which a difference would only repeat. */
function armFacts(
  { name, settings, label, description, ...fields }: RecordOf<"cells">["arms"][number],
): Facts {
  const facts = Object.entries({ settings, ...fields, label, description }).map((
    [key, value],
  ) => [`${key} of the arm ${name}`, value]);
  return Object.fromEntries(facts);
}

/** What must be alike, by kind; what is compared once, as changes are, has nothing that goes on. */
const byKind: { readonly [K in Kind]: (record: RecordOf<K>) => Facts } = {
  cells: ({ suite, arms, config, data, environment }) => ({
    suite,
    arms: arms.map(({ name }) => name),
    ...Object.assign({}, ...arms.map(armFacts)),
    "the number of workers": config["workers"] ?? 1,
    ...settings(withoutWorkers(config)),
    data: data.name,
    "labels (--labels, --palette)": data.coding,
    "the share held out (--validation-share)": data.validationShare,
    "the share of a pilot (--pilot-share)": data.pilotShare,
    "data (SHA-256)": data.identity,
    backend: environment.backend,
  }),
  timings: ({ suite, profile, config, sweep = {}, environment }) => ({
    ...{ suite, profile },
    ...settings(config),
    sweep,
    ...machineFacts(environment),
    memoryBytes: environment.memoryBytes,
    commit: environment.commit,
  }),
  changes: ({ suite, profile, config }) => ({ suite, profile, ...settings(config) }),
  detection: ({ suite, config, environment }) => ({
    suite,
    ...settings(config),
    ...machineFacts(environment),
    memoryBytes: environment.memoryBytes,
    deno: environment.deno,
    commit: environment.commit,
  }),
  scaling: ({ suite, profile, config, environment }) => {
    const { workers: _, depths: __, ...fixed } = config; // rows may be added
    return {
      ...{ suite, profile },
      ...settings(fixed),
      ...machineFacts(environment),
      memoryBytes: environment.memoryBytes,
      commit: environment.commit,
    };
  },
};

function factsOf<K extends Kind>(record: RecordOf<K>): Facts {
  const facts = byKind[record.kind as K] as (record: RecordOf<K>) => Facts;
  return { kind: record.kind, ...facts(record) };
}

/** What stands in the configuration without being a setting that can be asked for. */
const explained: Readonly<Record<string, string>> = {
  modelSeedOf0:
    "the seed that --model is given for seed 0, as one of them is of an earlier version",
};

function settings(config: AnyRecord["config"]): Facts {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [explained[key] ?? `config.${key}`, value]),
  );
}

/** One worker's record does not say so. */
function withoutWorkers({ workers: _, ...config }: AnyRecord["config"]): AnyRecord["config"] {
  return config;
}

/** The machine that a record's times belong to. */
export function machineFacts(environment: Environment): Facts {
  const { backend, os, arch, cpu, cores, gpu, instructionSets, oneDnn } = environment;
  return { backend, os, arch, cpu, cores, gpu, instructionSets, oneDnn };
}

/**
 * The commands that repeat two runs of one comparison, a line each.
 *
 * @param now another's; `--resume` adds nothing to a command that is there
 */
export function joinCommands(earlier: string, now: string): string {
  const plain = (command: string) => command.replace(/ --resume(?= |$)/, "");
  const lines = [...earlier.split("\n"), ...now.split("\n")].map(plain);
  return [...new Set(lines)].join("\n");
}
