import { parseArguments, parseCount } from "./arguments.ts";
import { UsageError } from "../ground/errors.ts";
import { checkSeeds } from "../experiments/seeds.ts";

/** What a suite's command line asks for. */
export interface CommandLine {
  /** The profile's name. */
  profile: string;
  /** A data set's folder, instead of the profile's own data. */
  data?: string;
  /** A TensorFlow.js backend, instead of the best that is there. */
  backend?: string;
  /** Names of arms separated by commas, or a module whose default export is a list of arms. */
  arms?: string;
  /** A module whose default export makes the model. */
  model?: string;
  /** Seeds, instead of the profile's. */
  seeds?: number[];
  /** The folder that the results go to. */
  out: string;
  /** Whether cells that are done are kept, and the rest is run. */
  resume: boolean;
  /** Whether what is in `out` is replaced. */
  force: boolean;
  /** Which cells to run: those whose number leaves `index` when divided by `count`. */
  shard?: { index: number; count: number };
  /** The folder that event files for TensorBoard go to. */
  tensorboard?: string;
  /** The most images that may be passed over as they cannot be read. */
  skipBad?: number;
  /** Threads that decode images; 0 for none but the main one. */
  workers?: number;
  /** Values of the profile to replace, as written. */
  set: Record<string, string>;
  /** Whether to print the plan and stop. */
  dryRun: boolean;
  /** Whether a failed cell or claim ends with exit code 1. */
  strict: boolean;
}

const options = {
  profile: { type: "string", default: "quick" },
  data: { type: "string" },
  backend: { type: "string" },
  arms: { type: "string" },
  model: { type: "string" },
  seeds: { type: "string" },
  out: { type: "string" },
  resume: { type: "boolean", default: false },
  force: { type: "boolean", default: false },
  shard: { type: "string" },
  tensorboard: { type: "string" },
  "skip-bad": { type: "string" },
  workers: { type: "string" },
  set: { type: "string", multiple: true, default: [] as string[] },
  "dry-run": { type: "boolean", default: false },
  strict: { type: "boolean", default: false },
  help: { type: "boolean", default: false, short: "h" },
} as const;

/**
 * Reads a suite's command line.
 *
 * @param args the arguments after the suite's name
 * @param suite the suite's name; results go to `reports/latest/<suite>` by default
 * @returns what is asked for, or `"help"`
 * @throws {UsageError} if an option is unknown, or its value not of its form
 */
export function parseCommandLine(args: readonly string[], suite: string): CommandLine | "help" {
  const { values } = parseArguments({ args: [...args], options, strict: true });
  if (values.help) return "help";
  if (values.resume && values.force) {
    throw new UsageError(
      "Cannot take both --resume and --force: keep what is there, or replace it",
    );
  }
  return {
    profile: values.profile,
    out: values.out ?? `reports/latest/${suite}`,
    resume: values.resume,
    force: values.force,
    set: Object.fromEntries(values.set.map(parseSetting)),
    dryRun: values["dry-run"],
    strict: values.strict,
    ...(values.data !== undefined && { data: values.data }),
    ...(values.backend !== undefined && { backend: values.backend }),
    ...(values.arms !== undefined && { arms: values.arms }),
    ...(values.model !== undefined && { model: values.model }),
    ...(values.seeds !== undefined && { seeds: parseSeeds(values.seeds) }),
    ...(values.shard !== undefined && { shard: parseShard(values.shard) }),
    ...(values.tensorboard !== undefined && { tensorboard: values.tensorboard }),
    ...(values["skip-bad"] !== undefined &&
      { skipBad: parseCount("skip-bad", values["skip-bad"]) }),
    ...(values.workers !== undefined && { workers: parseCount("workers", values.workers) }),
  };
}

function parseSetting(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError(`--set wants key=value: it is "${text}"`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function parseSeeds(text: string): number[] {
  const seeds = text.split(",").map((seed) => seed.trim() === "" ? NaN : Number(seed));
  checkSeeds(seeds, text, "--seeds");
  return seeds;
}

function parseShard(text: string): { index: number; count: number } {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const shard = { index: Number(index) - 1, count: Number(count) };
  if (!(shard.index >= 0 && shard.index < shard.count)) {
    throw new UsageError(`--shard wants i/n with i from 1 to n, like 2/4: it is "${text}"`);
  }
  return shard;
}

/**
 * A command with its arguments, as a shell takes it.
 *
 * @param command the command
 * @param args its arguments
 * @returns one line
 */
export function commandLine(command: string, args: readonly string[]): string {
  const quoted = args.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
  );
  return [command, ...quoted].join(" ");
}
