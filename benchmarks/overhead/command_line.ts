import { parseArgs } from "node:util";
import { type CommandLine, parseCommandLine } from "../command_line.ts";
import { UsageError } from "../errors.ts";
import type { OverheadProfile } from "../profiles/overhead.ts";

/** What the command line asks for. */
export interface OverheadCommandLine {
  /** The profile's name. */
  profile: string;
  /** Backends instead of the best that is there, the reference's first. */
  backends?: string[];
  /** Names of the subjects to run instead of all. */
  subjects?: string[];
  /** Python interpreters of the peers. */
  interpreters: string[];
  /** The folder that the results go to. */
  out: string;
  /** Whether what is in `out` is replaced. */
  force: boolean;
  /** Values of the profile to replace, as written. */
  set: Record<string, string>;
  /** Whether to list the subjects and stop. */
  dryRun: boolean;
  /** Whether a failed subject ends with exit code 1. */
  strict: boolean;
}

const own = {
  peers: { type: "string" },
  rounds: { type: "string" },
  steps: { type: "string" },
} as const;

/** Options of other suites. */
const foreign = ["data", "model", "seeds", "shard"] as const;

/**
 * Reads the command line: that of every suite, with `--peers`, `--rounds` and `--steps`.
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
  const { profile, out, force, dryRun, strict, backend, arms } = asked;
  const settings = [...values].filter(([name]) => name !== "peers");
  return {
    profile,
    interpreters: values.filter(([name]) => name === "peers").map(([, path]) => path),
    out,
    force,
    set: { ...asked.set, ...Object.fromEntries(settings) },
    dryRun,
    strict,
    ...(backend !== undefined && { backends: backend.split(",") }),
    ...(arms !== undefined && { subjects: arms.split(",") }),
  };
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
  const given = foreign.find((name) => asked[name] !== undefined) ??
    (asked.resume ? "resume" : undefined);
  if (given === undefined) return;
  throw new UsageError(`bench:overhead has no --${given}: nothing is trained, steps are timed`);
}

/**
 * Fails unless a profile can be run.
 *
 * @param profile the profile, with its replaced values
 * @throws {RangeError} naming the first value that cannot be
 */
export function checkProfile(profile: OverheadProfile): void {
  const counts = ["batchSize", "imageSize", "classes", "rounds", "steps", "warmupSteps"] as const;
  for (const key of counts) check(key, profile[key], 1);
  check("threads", profile.threads, 0);
  if (profile.model !== "resnet" && profile.model !== "deeplab") {
    throw new RangeError(
      `Cannot time a step as model must be "resnet" or "deeplab": current value is "${profile.model}"`,
    );
  }
}

function check(key: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new RangeError(
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
  const list = (entries: Record<string, string>) =>
    Object.entries(entries).map(([name, line]) => `    ${name.padEnd(18)}${line}`).join("\n");
  return `deno task bench:overhead [options]

What a step costs in time and memory: with and without weight standardization, and elsewhere.

  --profile NAME    what to run (default quick):
${list(profiles)}
  --backend A,B     cpu, wasm, tensorflow; the best that is there by default
  --peers PYTHON    time the same step in Python, too, with this interpreter; may be repeated:
                    a peer takes the first that has its packages (benchmarks/peers)
  --arms A,B        these subjects only:
${list(subjects)}
  --rounds N        how often each subject runs there and back; from 30 on there are intervals
  --steps N         steps each time
  --out DIR         where results go (default reports/latest/overhead)
  --force           replace what is in --out
  --set key=value   replace a value of the profile; may be repeated
  --dry-run         list the subjects and stop
  --strict          exit with 1 where a subject failed
  --help            this text

Exit codes: 0 done, 1 failed under --strict, 2 usage or configuration, 4 interrupted.`;
}
