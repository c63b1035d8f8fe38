import { parseArgs } from "node:util";
import { parseCount } from "../cli/arguments.ts";
import { type CommandLine, parseCommandLine } from "../cli/command_line.ts";
import { UsageError } from "../ground/errors.ts";
import { namedLines } from "../cli/named_lines.ts";
import { type OverheadProfile, sweeps } from "../experiments/profiles/overhead.ts";
import type { Sweep } from "./record.ts";
import { parseSweep } from "./sweep.ts";

/** What the command line asks for. */
export interface OverheadCommandLine {
  /** The profile's name. */
  profile: string;
  /** Backends instead of the best that is there, the reference's first; or all that there are. */
  backends?: string[] | "all";
  /** Names of the subjects to run instead of all. */
  subjects?: string[];
  /** Python interpreters of the peers. */
  interpreters: string[];
  /** The folder that the results go to. */
  out: string;
  /** Whether the rows of a sweep that are done in `out` are kept, and the rest is run. */
  resume?: true;
  /** Whether what is in `out` is replaced. */
  force: boolean;
  /** Values of the profile to replace, as written. */
  set: Record<string, string>;
  /** What to sweep instead of the profile's own. */
  sweep?: Sweep;
  /** Whether to list the subjects and stop. */
  dryRun: boolean;
  /** Whether a failed subject ends with exit code 1. */
  strict: boolean;
}

const own = {
  peers: { type: "string" },
  backends: { type: "string" },
  sweep: { type: "string" },
  rounds: { type: "string" },
  steps: { type: "string" },
} as const;

/** Options of other suites. */
const foreign = {
  data: "data",
  model: "model",
  seeds: "seeds",
  shard: "shard",
  tensorboard: "tensorboard",
  skipBad: "skip-bad",
  workers: "workers",
} as const;

/**
 * Reads the command line: that of every suite, with `--backends`, `--peers`, `--rounds`,
 * `--steps` and `--sweep`.
 *
 * @param args the arguments after the command's name
 * @returns what is asked for, or `"help"`
 * @throws {UsageError} if an option is unknown, or its value not of its form
 */
export function parseOverheadCommandLine(args: readonly string[]): OverheadCommandLine | "help" {
  const { values, rest } = takeOwn(args);
  const asked = parseCommandLine(rest, "overhead");
  if (asked === "help") return "help";
  refuseForeign(asked);
  const { profile, out, resume, force, dryRun, strict, arms } = asked;
  const all = (option: string) =>
    values.filter(([name]) => name === option).map(([, text]) => text);
  const last = (option: string) => all(option).at(-1);
  const [rounds, steps] = [last("rounds"), last("steps")];
  const backends = last("backends") ?? asked.backend;
  const sweep = all("sweep");
  if (resume && sweep.length === 0 && sweeps[profile] === undefined) {
    throw new UsageError(
      "bench:overhead has no --resume without --sweep: it is rows that are kept",
    );
  }
  return {
    profile,
    interpreters: all("peers"),
    out,
    ...(resume && { resume }),
    force,
    set: {
      ...asked.set,
      ...(rounds !== undefined && { rounds: `${parseCount("rounds", rounds, 1)}` }),
      ...(steps !== undefined && { steps: `${parseCount("steps", steps, 1)}` }),
    },
    dryRun,
    strict,
    ...(sweep.length > 0 && { sweep: parseSweep(sweep) }),
    ...(backends !== undefined && { backends: backends === "all" ? backends : list(backends) }),
    ...(arms !== undefined && { subjects: list(arms) }),
  };
}

/** Names separated by commas, each once. */
function list(text: string): string[] {
  return [...new Set(text.split(","))];
}

/** What is ours, with its values; and the rest, as it was written. */
function takeOwn(args: readonly string[]): { values: [string, string][]; rest: string[] } {
  const { tokens } = parseArgs({ args: [...args], options: own, strict: false, tokens: true });
  const values: [string, string][] = [];
  const taken = new Set<number>();
  for (const token of tokens) {
    if (token.kind !== "option" || !Object.hasOwn(own, token.name)) continue;
    if (token.value === undefined || token.value.startsWith("-")) {
      throw new UsageError(`--${token.name} wants a value (--help lists the options)`);
    }
    values.push([token.name, token.value]);
    taken.add(token.index);
    if (!token.inlineValue) taken.add(token.index + 1);
  }
  return { values, rest: args.filter((_, i) => !taken.has(i)) };
}

function refuseForeign(asked: CommandLine): void {
  const given = Object.entries(foreign).find(([key]) =>
    asked[key as keyof CommandLine] !== undefined
  );
  if (given === undefined) return;
  throw new UsageError(`bench:overhead has no --${given[1]}: nothing is trained, steps are timed`);
}

/**
 * Fails unless a profile can be run.
 *
 * @param profile the profile, with its replaced values
 * @throws {UsageError} naming the first value that cannot be
 */
export function checkProfile(profile: OverheadProfile): void {
  for (const key of counts) check(key, profile[key], 1);
  check("threads", profile.threads, 0);
  const { learningRate, momentum } = profile;
  if (!(learningRate > 0 && momentum >= 0 && momentum < 1)) {
    throw new UsageError(
      "Cannot time a step as learningRate must be > 0 and momentum in [0, 1): current values are " +
        `${learningRate} and ${momentum}`,
    );
  }
  if (profile.model !== "resnet" && profile.model !== "deeplab") {
    throw new UsageError(
      `Cannot time a step as model must be "resnet" or "deeplab": current value is "${profile.model}"`,
    );
  }
  if (!depths.includes(profile.depth)) {
    throw new UsageError(
      `Cannot time a step as depth must be one of ${depths.join(", ")}: current value is ` +
        `${profile.depth}`,
    );
  }
  if (profile.depth === 0) checkBlocks(profile.blocks);
}

const counts = [
  "batchSize",
  "imageSize",
  "width",
  "classes",
  "rounds",
  "steps",
  "warmupSteps",
] as const;

/** Those of the published ResNets, and 0 for one of `blocks`. */
const depths: readonly number[] = [0, 18, 34, 50, 101, 152];

function checkBlocks(blocks: readonly number[]): void {
  if (blocks.length === 4 && blocks.every((count) => Number.isInteger(count) && count >= 1)) return;
  throw new UsageError(
    `Cannot time a step as blocks must be four integers >= 1: current value is ${blocks}`,
  );
}

function check(key: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new UsageError(
    `Cannot time a step as ${key} must be an integer >= ${least}: current value is ${value}`,
  );
}

/**
 * The help text.
 *
 * @param profiles a line about each profile
 * @param subjects a line about each subject
 */
export function overheadHelp(
  profiles: Record<string, string>,
  subjects: Record<string, string>,
): string {
  return `deno task bench:overhead [options]

What a step costs in time and memory: with and without weight standardization, and elsewhere.

  --profile NAME    what to run (default quick):
${namedLines(profiles, "    ")}
  --backends A,B    tensorflow, wasm, webgpu, cpu, or all that are there; the best one by default;
                    --backend is the same
  --peers PYTHON    time the same step in Python, too, with this interpreter; may be repeated:
                    a peer takes the first that has its packages (benchmarks/timing/peers)
  --arms A,B        these subjects only:
${namedLines(subjects, "    ")}
  --sweep key=A,B   a row for each value, in processes of its own; may be repeated: then every
                    combination has its row; of the subjects those of a training step by default
  --rounds N        how often each subject runs there and back; from 30 on there are intervals
  --steps N         steps each time
  --out DIR         where results go (default reports/latest/overhead)
  --resume          keep the rows of a sweep that are done in --out, run the rest
  --force           replace what is in --out
  --set key=value   replace a value of the profile; may be repeated
  --dry-run         list the subjects and stop
  --strict          exit with 1 where a subject failed
  --help            this text

Exit codes: 0 done, 1 failed under --strict, 2 usage or configuration, 4 interrupted,
70 a fault of the program.`;
}
