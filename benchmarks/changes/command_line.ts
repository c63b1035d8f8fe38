import { parseArguments } from "../cli/arguments.ts";
import { UsageError } from "../ground/errors.ts";
import { namedLines } from "../cli/named_lines.ts";
import type { RegressionProfile } from "./profiles.ts";
import { tolerances } from "./tolerances.ts";

/** What the command line asks for. */
export interface RegressionCommandLine {
  /** Which versions: two commits, or two stored results. */
  sides:
    | { mode: "commits"; base: string; head?: string }
    | { mode: "stored"; baseline: string; result: string };
  /** The profile's name. */
  profile: string;
  /** The TensorFlow.js backend. */
  backend: string;
  /** Blocks of each timed work, instead of the profile's; 0 for no timing. */
  rounds?: number;
  /** Seeds instead of the profile's; an empty list for no training. */
  seeds?: number[];
  /** Names of suites instead of the profile's. */
  suites?: string[];
  /** Of a step's time in percent, of stored overheads in points. */
  tolerance: number;
  /** The folder that the results go to. */
  out: string;
  /** Whether what is in `out` is replaced. */
  force: boolean;
  /** Whether what is inconclusive ends with exit code 1. */
  strict: boolean;
}

const options = {
  base: { type: "string" },
  head: { type: "string" },
  baseline: { type: "string" },
  result: { type: "string" },
  profile: { type: "string", default: "quick" },
  backend: { type: "string", default: "wasm" },
  rounds: { type: "string" },
  seeds: { type: "string" },
  suites: { type: "string" },
  tolerance: { type: "string" },
  out: { type: "string", default: "reports/latest/regression" },
  force: { type: "boolean", default: false },
  strict: { type: "boolean", default: false },
  help: { type: "boolean", default: false, short: "h" },
} as const;

/**
 * Reads the command line of `bench:compare`.
 *
 * @param args the arguments after the command's name
 * @returns what is asked for, or `"help"`
 * @throws {UsageError} if an option is unknown, its value not of its form, or the two modes are mixed
 */
export function parseRegressionCommandLine(
  args: readonly string[],
): RegressionCommandLine | "help" {
  const values = parse(args);
  if (values.help) return "help";
  const { profile, backend, out, force, strict } = values;
  const sides = sidesOf(values);
  const usual = sides.mode === "commits" ? tolerances.timePercent : tolerances.overheadPoints;
  return {
    sides,
    profile,
    backend,
    tolerance: values.tolerance === undefined ? usual : numberOf("tolerance", values.tolerance),
    out,
    force,
    strict,
    ...(values.rounds !== undefined && { rounds: countOf("rounds", values.rounds) }),
    ...(values.seeds !== undefined && { seeds: seedsOf(values.seeds) }),
    ...(values.suites !== undefined && { suites: values.suites.split(",") }),
  };
}

function parse(args: readonly string[]) {
  return parseArguments({ args: [...args], options, strict: true, allowPositionals: false }).values;
}

function sidesOf(
  { base, head, baseline, result, rounds, seeds, suites }: ReturnType<typeof parse>,
): RegressionCommandLine["sides"] {
  if (baseline === undefined && result === undefined) {
    if (base === undefined) {
      throw new UsageError("bench:compare wants --base REF, or --baseline and --result");
    }
    return { mode: "commits", base, ...(head !== undefined && { head }) };
  }
  if (base !== undefined || head !== undefined) {
    throw new UsageError("Cannot compare commits and stored results at a time");
  }
  if ((rounds ?? seeds ?? suites) !== undefined) {
    throw new UsageError(
      "Cannot take --rounds, --seeds or --suites with --baseline: nothing is run",
    );
  }
  if (baseline === undefined || result === undefined) {
    throw new UsageError(
      "--baseline and --result want each other: a result, and what it was before",
    );
  }
  return { mode: "stored", baseline, result };
}

function numberOf(name: string, text: string): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (value >= 0 && value < Infinity) return value;
  throw new UsageError(`--${name} wants a number >= 0: it is "${text}"`);
}

function countOf(name: string, text: string): number {
  const value = numberOf(name, text);
  if (Number.isSafeInteger(value)) return value;
  throw new UsageError(`--${name} wants a whole number >= 0: it is "${text}"`);
}

function seedsOf(text: string): number[] {
  if (text === "none") return [];
  const seeds = text.split(",").map((seed) => seed.trim() === "" ? NaN : Number(seed));
  if (!seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31)) {
    throw new UsageError(`--seeds wants whole numbers like 0,1,2, or none: it is "${text}"`);
  }
  if (new Set(seeds).size < seeds.length) {
    throw new UsageError(`--seeds wants each seed once: it is "${text}"`);
  }
  return seeds;
}

/**
 * The help text.
 *
 * @param profiles the profiles by name
 */
export function regressionHelp(profiles: Readonly<Record<string, RegressionProfile>>): string {
  const lines = Object.entries(profiles).map(([name, { description }]) => [name, description]);
  return `deno task bench:compare --base REF [options]
deno task bench:compare --baseline DIR|FILE --result DIR|FILE [options]

Whether a change made steps slower or results worse. With --base both versions run here, in turn.
With --baseline two results that were stored are compared: what they reached, and the cost of weight
standardization relative to the baseline arm in the same run; never times of two runs.

  --base REF        what to compare with: a commit, a branch or a tag
  --head REF        what to compare; the working tree by default, changes included
  --baseline PATH   a stored result.json, or its folder
  --result PATH     the new one
  --profile NAME    what to run (default quick):
${namedLines(Object.fromEntries(lines), "    ")}
  --backend NAME    cpu, wasm, tensorflow (default wasm, which needs nothing)
  --rounds N        blocks of each timing, 30 or more for a verdict; 0 for no timing
  --seeds 0,1,2     seeds, 6 or more for a verdict; none for no training
  --suites A,B      ade20k, imagenet: whose quick profile is trained (default ade20k)
  --tolerance P     a step may become slower by so many percent (default ${tolerances.timePercent});
                    with --baseline, an arm may cost so many points more (default ${tolerances.overheadPoints})
  --out DIR         where results go (default reports/latest/regression)
  --force           replace what is in --out
  --strict          exit with 1 where a metric is inconclusive, too
  --help            this text

Exit codes: 0 no regression, 1 regression, 2 usage or input that cannot be compared, 4 interrupted,
70 a fault of the program.`;
}
