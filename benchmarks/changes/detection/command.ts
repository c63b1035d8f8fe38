import { type ProgramPlaces, subjectPlaces } from "../program_places.ts";
import { join } from "node:path";
import { backendName } from "../../cli/common.ts";
import type { Ending } from "../../cli/exit.ts";
import { option } from "../../cli/options.ts";
import { type Program, program } from "../../cli/program.ts";
import { abortSignal } from "../../cli/signals/stop_signals.ts";
import { UsageError } from "../../ground/errors.ts";
import { count, folder, listOf, nameOf } from "../../ground/kinds.ts";
import { checkOut, type Checkouts } from "../checkout.ts";
import { checkDenoStarts } from "../deno_program.ts";
import { profiles, type RegressionProfile } from "../profiles.ts";
import { InterruptedError } from "../sides.ts";
import { trainPool } from "./pool.ts";
import {
  type DetectionRecord,
  openRecord,
  schemaVersion,
  type TimeCondition,
} from "../../record/mod.ts";
import { machine } from "../../record/environment.ts";
import { claimFolder, type RunFolder } from "../../record/run_folder.ts";
import { differenceOf } from "../../record/same_run.ts";
import { writeReport } from "../../report/mod.ts";
import { slowDown } from "./slowdown.ts";
import { timeTrial, type TrialOptions } from "./times.ts";

const works = profiles.quick!.works.map(({ name }) => name);

/** `bench:detection`, from its options to its files. */
export const detection: Program = program({
  command: "deno task bench:detection",
  summary: "How often bench:compare finds what it should, and what it should not.",
  options: {
    comparisons: option(
      count(),
      "of times: so many with the same code, as many with a step slowed by 10 %; 0 for none",
      { default: 20 },
    ),
    rounds: option(count(), "blocks of a comparison", { default: 30 }),
    works: option(listOf(nameOf("work", works)), "what is timed", { default: works }),
    poolSeeds: option(count(), "seeds that are trained as they are and worse; 0 for none", {
      default: 40,
    }),
    backend: option(backendName, "what computes", { default: "wasm" }),
    out: option(
      folder,
      "where results go; what was done there with the same commit and values is gone on with",
      { default: "reports/latest/detection" },
    ),
  },
  examples: ["deno task bench:detection --comparisons 5 --pool-seeds 0"],
  endings: { interrupted: "interrupted" },
  signal: abortSignal,
  run: ({ works, rounds, ...asked }, { command, signal }) =>
    run({ ...asked, profile: profileOf(works, rounds), command }, signal),
});

/** The injected slow-down, as a share of a step. */
const slowdown = 0.1;

/** What was asked for, and what comes of it. */
interface Asked {
  comparisons: number;
  poolSeeds: number;
  profile: RegressionProfile;
  backend: string;
  out: string;
  command: string;
}

async function run(asked: Asked, signal: AbortSignal): Promise<Ending> {
  await checkDenoStarts();
  const programs: ProgramPlaces[] = [subjectPlaces, ["benchmarks/ade20k.ts"]];
  const checkouts: Checkouts[] = [];
  try {
    for (let i = 0; i < 2; i++) checkouts.push(await checkOut("HEAD", "HEAD", programs));
    const [same, slower] = checkouts as [Checkouts, Checkouts];
    await slowDown(slower.folders.head, slowdown);
    using runFolder = await claimFolder(asked.out, { resume: true, force: false });
    const start = await startOf(runFolder, blank(asked, same.versions.base.commit));
    const folders = { "same code": same.folders, "slower by 10 %": slower.folders };
    const { profile, backend } = asked;
    const trials = { folders, profile, backend, signal, tell: console.error };
    const timed = await tryTimes(asked, start, trials, runFolder);
    const record = await tryQuality(asked, timed, trials, runFolder);
    await write(runFolder, record);
    console.log(`report: ${join(asked.out, "report.html")}`);
    return "done";
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    console.error(`interrupted: the same command goes on in ${asked.out}`);
    return "interrupted";
  } finally {
    for (const { remove } of checkouts) await remove();
  }
}

function profileOf(works: readonly string[], rounds: number): RegressionProfile {
  const quick = profiles.quick!;
  const timed = quick.works.filter(({ name }) => works.includes(name));
  return { ...quick, works: timed, blocks: rounds };
}

function blank({ profile, backend, command }: Asked, commit: string): DetectionRecord {
  const { works, blocks } = profile;
  return {
    schemaVersion,
    kind: "detection",
    suite: "detection",
    profile: "quick",
    title: "What bench:compare finds, and what it takes for a change",
    environment: { ...machine({ backend }), commit },
    config: { works: works.map(({ name }) => name).join(", "), blocks },
    command,
    createdAt: new Date().toISOString(),
    warnings: [],
    times: [],
  };
}

/** What lies in the folder, where it belongs to the same. */
async function startOf(folder: RunFolder, now: DetectionRecord): Promise<DetectionRecord> {
  if (!folder.resumes) return now;
  const { record: earlier } = await openRecord(folder.path, "detection");
  const difference = differenceOf(earlier, now);
  if (difference === undefined) return earlier;
  throw new UsageError(
    `Cannot go on with what is there as it differs in ${difference}: write elsewhere with --out DIR`,
  );
}

async function tryTimes(
  { comparisons }: Asked,
  start: DetectionRecord,
  trials: TrialOptions,
  folder: RunFolder,
): Promise<DetectionRecord> {
  let record = start;
  const count = (wanted: TimeCondition) =>
    record.times.filter(({ condition }) => condition === wanted).length;
  for (let i = 0; i < comparisons; i++) {
    for (const condition of ["same code", "slower by 10 %"] as const) {
      if (count(condition) > i) continue;
      record = { ...record, times: [...record.times, await timeTrial(condition, trials)] };
      await write(folder, record);
    }
  }
  return record;
}

async function tryQuality(
  { poolSeeds: size, out }: Asked,
  record: DetectionRecord,
  { folders, ...options }: TrialOptions,
  folder: RunFolder,
): Promise<DetectionRecord> {
  if (size === 0) return record;
  const checkout = folders["same code"].base;
  const pool = await trainPool({ ...options, folder: checkout, size, out: join(out, "pool") });
  const whole = { ...record, pool };
  await write(folder, whole);
  return whole;
}

async function write(folder: RunFolder, record: DetectionRecord): Promise<void> {
  await folder.save(record);
  await writeReport(folder.path, record);
}
