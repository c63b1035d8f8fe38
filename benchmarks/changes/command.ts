import { join } from "node:path";
import type { Ending } from "../cli/exit.ts";
import { type Context, type Program, program } from "../cli/program.ts";
import { abortSignal } from "../cli/signals/stop_signals.ts";
import { UsageError } from "../ground/errors.ts";
import { machine } from "../record/environment.ts";
import { takeFolder } from "../record/run_folder.ts";
import { checkOut } from "./checkout.ts";
import { measureQuality, measureTimes } from "./commits.ts";
import { checkDenoStarts, type ProgramPlaces, subjectPlaces } from "./programs.ts";
import { writeReport } from "../report/mod.ts";
import { profiles, type RegressionProfile, suiteFile } from "./profiles.ts";
import {
  type ChangesRecord,
  schemaVersion,
  type Sides,
  type VersionRecord,
} from "../record/mod.ts";
import {
  checkComparable,
  readStored,
  type Stored,
  storedMetrics,
  storedWarnings,
} from "./stored.ts";
import { type ChangesAsked, changesOptions } from "./options.ts";
import { tolerances } from "../judge/changes/tolerances.ts";
import { withVerdicts, worstOf } from "../judge/changes/verdict.ts";

/** What one of the two modes adds to the record. */
type Compared = Pick<
  ChangesRecord,
  "mode" | "versions" | "profile" | "config" | "environment" | "metrics" | "warnings"
>;

/** `bench:compare`, from its options to its files. */
export const changes: Program = program({
  command: "deno task bench:compare",
  summary:
    "Whether a change made steps slower or results worse. With --base both versions run here, " +
    "in turn. With --baseline two results that were stored are compared: what they reached, and the " +
    "cost of weight standardization relative to the baseline arm in the same run; never times of two " +
    "runs.",
  options: changesOptions,
  examples: [
    "deno task bench:compare --base main",
    "deno task bench:compare --base main --rounds 60 --seeds none",
    "deno task bench:compare --baseline DIR --result DIR",
  ],
  endings: {
    done: "no regression",
    failed: "regression",
    usage: "usage or input that cannot be compared",
    interrupted: "interrupted",
  },
  signal: abortSignal, // an interrupted comparison writes nothing
  run,
});

async function run(asked: ChangesAsked, { command, signal }: Context): Promise<Ending> {
  const start = performance.now();
  try {
    const run = await prepare(asked, signal);
    using folder = await takeFolder(asked.out, { force: asked.force });
    const compared = await run();
    const record: ChangesRecord = {
      schemaVersion,
      kind: "changes",
      suite: "compare",
      title: "Two versions beside each other",
      ...compared,
      command,
      createdAt: new Date().toISOString(),
      complete: true,
      durationMs: performance.now() - start,
      verdict: worstOf(compared.metrics.map(({ verdict }) => verdict)),
    };
    await folder.save(record);
    await writeReport(asked.out, record);
    return tell(record, asked);
  } catch (error) {
    if (!signal.aborted) throw error;
    console.error("interrupted: nothing was written");
    return "interrupted";
  }
}

/** Checks all that was asked for, before the folder is touched. */
async function prepare(
  asked: ChangesAsked,
  signal: AbortSignal,
): Promise<() => Promise<Compared>> {
  const { base, baseline, result } = asked;
  if (baseline !== undefined && result !== undefined) {
    const stored = { base: await readStored(baseline), head: await readStored(result) };
    checkComparable(stored);
    const compared = compareStored(stored, asked);
    return () => Promise.resolve(compared);
  }
  if (base === undefined) {
    throw new UsageError(
      "bench:compare wants --base REF, or --baseline and --result: a result, and what it was before",
    );
  }
  const profile = profileOf(asked);
  return () => compareCommits(base, asked, profile, signal);
}

async function compareCommits(
  base: string,
  { head, profile: name, backend, tolerance = tolerances.timePercent }: ChangesAsked,
  profile: RegressionProfile,
  signal: AbortSignal,
): Promise<Compared> {
  await checkDenoStarts();
  const { versions, folders, remove } = await checkOut(base, head, programsOf(profile));
  try {
    const options = { folders, profile, backend, signal, tell: console.error };
    const times = await measureTimes(options, tolerance);
    const quality = await measureQuality(options);
    return {
      mode: "commits",
      versions,
      profile: name,
      config: configOf(profile),
      environment: machine({ backend }), // each version has its own TensorFlow.js
      metrics: withVerdicts([...times.metrics, ...quality.metrics]),
      warnings: [...times.warnings, ...quality.warnings],
    };
  } finally {
    await remove();
  }
}

function compareStored(
  sides: Sides<Stored>,
  { tolerance = tolerances.overheadPoints }: ChangesAsked,
): Compared {
  const { environment, profile, suite } = sides.head.record;
  return {
    mode: "stored",
    versions: { base: versionOf(sides.base), head: versionOf(sides.head) },
    profile,
    config: { suite },
    environment,
    metrics: withVerdicts(storedMetrics(sides, tolerance)),
    warnings: storedWarnings(sides),
  };
}

function versionOf({ file, record: { environment: { commit, dirty } } }: Stored): VersionRecord {
  return {
    name: file,
    ...(commit !== undefined && { commit }),
    ...(dirty !== undefined && { dirty }),
  };
}

function profileOf(asked: ChangesAsked): RegressionProfile {
  const { profile: name, rounds, seeds, suites } = asked;
  const profile = {
    ...profiles[name]!,
    ...(rounds !== undefined && { blocks: rounds }),
    ...(seeds !== undefined && { seeds }),
    ...(suites !== undefined && { suites }),
  };
  if (profile.blocks > 0 || profile.seeds.length > 0) return profile;
  throw new UsageError("Cannot compare as --rounds 0 and --seeds none leave nothing to run");
}

function configOf(
  { step, works, blocks, seeds, ...rest }: RegressionProfile,
): ChangesRecord["config"] {
  const { batchSize, imageSize, warmupSteps } = step;
  return {
    works: works.map(({ name }) => name).join(", "),
    blocks,
    batchSize,
    imageSize,
    warmupSteps,
    suites: rest.suites.join(", "),
    seeds: seeds.join(", "),
  };
}

function programsOf({ blocks, seeds, suites: names }: RegressionProfile): ProgramPlaces[] {
  return [
    ...(blocks > 0 ? [subjectPlaces] : []),
    ...(seeds.length > 0 ? names.map((name): ProgramPlaces => [suiteFile(name)]) : []),
  ];
}

function tell({ verdict, metrics }: ChangesRecord, asked: ChangesAsked): Ending {
  for (const { label, verdict, reason } of metrics) console.log(`${label}: ${verdict}, ${reason}`);
  console.log(`report: ${join(asked.out, "report.html")}`);
  const fails = verdict === "regression" || (asked.strict && verdict === "inconclusive");
  return fails ? "failed" : "done";
}
