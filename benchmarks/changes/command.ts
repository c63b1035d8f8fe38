import { join } from "node:path";
import { backendNames } from "../../src/backends/select.ts";
import { commandLine } from "../cli/command_line.ts";
import { unknownName, UsageError } from "../ground/errors.ts";
import { exitCodes } from "../cli/exit.ts";
import { writeAtomic } from "../record/mod.ts";
import { claimFolder } from "../record/run_folder.ts";
import { checkOut } from "./checkout.ts";
import { type ProgramPlaces, subjectPlaces } from "./program_places.ts";
import {
  parseRegressionCommandLine,
  type RegressionCommandLine,
  regressionHelp,
} from "./command_line.ts";
import { measureQuality, measureTimes } from "./commits.ts";
import { checkDenoStarts } from "./deno_program.ts";
import { machineFacts } from "./machine_facts.ts";
import { comparisonMarkdown } from "./markdown.ts";
import { profiles, type RegressionProfile, suites } from "./profiles.ts";
import { type ComparisonRecord, schemaVersion, type VersionRecord } from "./record.ts";
import { InterruptedError, type Sides } from "./sides.ts";
import {
  checkComparable,
  readStored,
  type Stored,
  storedMetrics,
  storedWarnings,
} from "./stored.ts";
import { withVerdicts, worstOf } from "./verdict.ts";

/** What one of the two modes adds to the record. */
type Compared = Pick<
  ComparisonRecord,
  "mode" | "versions" | "config" | "environment" | "metrics" | "warnings"
>;

/**
 * `bench:compare` from its command line to its files.
 *
 * @param args the arguments after the command's name
 * @param signal ends it at once; nothing is written then
 * @returns the exit code
 * @throws {UsageError} if something asked for does not exist, cannot be compared, or `out` is taken
 */
export async function runRegression(args: string[], signal: AbortSignal): Promise<number> {
  const asked = parseRegressionCommandLine(args);
  if (asked === "help") {
    console.log(regressionHelp(profiles));
    return exitCodes.done;
  }
  const start = performance.now();
  try {
    const run = await prepare(asked, signal);
    using _folder = await claim(asked);
    const compared = await run();
    const record: ComparisonRecord = {
      schemaVersion,
      kind: "regression",
      ...compared,
      command: commandLine("deno task bench:compare", args),
      createdAt: new Date().toISOString(),
      durationMs: performance.now() - start,
      verdict: worstOf(compared.metrics.map(({ verdict }) => verdict)),
    };
    await write(asked.out, record);
    return tell(record, asked);
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    console.error("interrupted: nothing was written");
    return exitCodes.interrupted;
  }
}

/** All that can be wrong with what was asked for is found before the folder is touched. */
async function prepare(
  asked: RegressionCommandLine,
  signal: AbortSignal,
): Promise<() => Promise<Compared>> {
  const { sides, backend } = asked;
  if (sides.mode === "stored") {
    const stored = {
      base: await readStored(sides.baseline),
      head: await readStored(sides.result),
    };
    checkComparable(stored);
    const compared = compareStored(stored, asked);
    return () => Promise.resolve(compared);
  }
  const profile = profileOf(asked);
  if (!backendNames.includes(backend)) throw unknownName("backend", backend, backendNames);
  return () => compareCommits(asked, sides, profile, signal);
}

async function compareCommits(
  { profile: name, backend, tolerance }: RegressionCommandLine,
  { base, head }: { base: string; head?: string },
  profile: RegressionProfile,
  signal: AbortSignal,
): Promise<Compared> {
  await checkDenoStarts();
  const { versions, folders, remove } = await checkOut(base, head, programsOf(profile));
  try {
    const options = { folders, profile, backend, tolerance, signal, tell: console.error };
    const times = await measureTimes(options);
    const quality = await measureQuality(options);
    return {
      mode: "commits",
      versions,
      config: configOf(name, profile),
      environment: machineFacts(backend),
      metrics: withVerdicts([...times.metrics, ...quality.metrics]),
      warnings: [...times.warnings, ...quality.warnings],
    };
  } finally {
    await remove();
  }
}

function compareStored(sides: Sides<Stored>, { tolerance }: RegressionCommandLine): Compared {
  const { environment, profile, suite } = sides.head.result;
  return {
    mode: "stored",
    versions: { base: versionOf(sides.base), head: versionOf(sides.head) },
    config: { suite, profile },
    environment: { ...environment },
    metrics: withVerdicts(storedMetrics(sides, tolerance)),
    warnings: storedWarnings(sides),
  };
}

function versionOf({ file, result: { environment: { commit, dirty } } }: Stored): VersionRecord {
  return {
    name: file,
    ...(commit !== undefined && { commit }),
    ...(dirty !== undefined && { dirty }),
  };
}

function profileOf(asked: RegressionCommandLine): RegressionProfile {
  const { profile: name, rounds, seeds } = asked;
  const named = profiles[name];
  if (named === undefined) throw unknownName("profile", name, Object.keys(profiles));
  const profile = {
    ...named,
    ...(rounds !== undefined && { blocks: rounds }),
    ...(seeds !== undefined && { seeds }),
    ...(asked.suites !== undefined && { suites: asked.suites }),
  };
  const known = Object.keys(suites);
  const unknown = profile.suites.find((suite) => !known.includes(suite));
  if (unknown !== undefined) throw unknownName("suite", unknown, known);
  if (profile.blocks > 0 || profile.seeds.length > 0) return profile;
  throw new UsageError("Cannot compare as --rounds 0 and --seeds none leave nothing to run");
}

function configOf(
  name: string,
  { step, works, blocks, seeds, ...rest }: RegressionProfile,
): ComparisonRecord["config"] {
  const { batchSize, imageSize, warmupSteps } = step;
  return {
    profile: name,
    works: works.map(({ name }) => name).join(", "),
    blocks,
    batchSize,
    imageSize,
    warmupSteps,
    suites: rest.suites.join(", "),
    seeds: seeds.join(", "),
  };
}

/** The programs that both versions must have. */
function programsOf({ blocks, seeds, suites: names }: RegressionProfile): ProgramPlaces[] {
  return [
    ...(blocks > 0 ? [subjectPlaces] : []),
    ...(seeds.length > 0 ? names.map((name): ProgramPlaces => [suites[name]!.file]) : []),
  ];
}

async function claim({ out, force }: RegressionCommandLine): Promise<Disposable> {
  const folder = await claimFolder(out, { resume: false, force: false });
  const taken = await Deno.stat(join(out, "comparison.json")).then(() => true, () => false);
  if (!taken || force) return folder;
  folder[Symbol.dispose]();
  throw new UsageError(
    `Cannot write into ${out} as it holds a comparison already: --force replaces it, ` +
      "--out DIR writes elsewhere",
  );
}

async function write(out: string, record: ComparisonRecord): Promise<void> {
  await writeAtomic(join(out, "comparison.json"), `${JSON.stringify(record, null, 1)}\n`);
  await writeAtomic(join(out, "comparison.md"), comparisonMarkdown(record));
}

function tell({ verdict, metrics }: ComparisonRecord, asked: RegressionCommandLine): number {
  for (const { label, verdict, reason } of metrics) console.log(`${label}: ${verdict}, ${reason}`);
  console.log(`report: ${join(asked.out, "comparison.md")}`);
  const fails = verdict === "regression" || (asked.strict && verdict === "inconclusive");
  return fails ? exitCodes.failed : exitCodes.done;
}
