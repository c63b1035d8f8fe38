import { join } from "node:path";
import { backendName } from "../../cli/common.ts";
import type { Ending } from "../../cli/exit.ts";
import { type Asked, option } from "../../cli/options.ts";
import { type Context, type Program, program } from "../../cli/program.ts";
import { abortSignal } from "../../cli/signals/stop_signals.ts";
import { UsageError } from "../../ground/errors.ts";
import { count, folder, listOf, nameOf } from "../../ground/value_kinds.ts";
import { checkOut, type Checkouts } from "../checkout.ts";
import { profiles, type RegressionProfile, suiteFile } from "../profiles.ts";
import { checkDenoStarts, type ProgramPlaces, subjectPlaces } from "../programs.ts";
import type { RunOptions } from "../sides.ts";
import { trainPool } from "./pool.ts";
import {
  type DetectionRecord,
  openRecord,
  schemaVersion,
  type TimeCondition,
} from "../../record/mod.ts";
import { machine } from "../../record/environment.ts";
import { type RunFolder, takeFolder } from "../../record/run_folder.ts";
import { differenceOf } from "../../record/same_run.ts";
import { writeReport } from "../../report/mod.ts";
import { slowDown } from "./slowdown.ts";
import { timeTrial } from "./times.ts";

const works = profiles.quick!.works.map(({ name }) => name);

const options = {
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
    "where results go; a run there with the same commit and values is resumed",
    { default: "reports/latest/detection" },
  ),
};

type DetectionAsked = Asked<typeof options>;

/** `bench:detection`, from its options to its files. */
export const detection: Program = program({
  command: "deno task bench:detection",
  summary: "How often bench:compare finds what it should, and what it should not.",
  options,
  examples: ["deno task bench:detection --comparisons 5 --pool-seeds 0"],
  endings: { interrupted: "interrupted" },
  signal: abortSignal,
  run,
});

/** The injected slow-down, as a share of a step. */
const slowdown = 0.1;

async function run(asked: DetectionAsked, { command, signal }: Context): Promise<Ending> {
  await checkDenoStarts();
  const { out, backend } = asked;
  const profile = profileOf(asked);
  const programs: ProgramPlaces[] = [subjectPlaces, [suiteFile("ade20k")]];
  const checkouts: Checkouts[] = [];
  try {
    for (let i = 0; i < 2; i++) checkouts.push(await checkOut("HEAD", "HEAD", programs));
    const [same, slower] = checkouts as [Checkouts, Checkouts];
    await slowDown(slower.folders.head, slowdown);
    using folder = await takeFolder(out, { resume: true, force: false });
    const { commit } = same.versions.base;
    const environment = { ...machine({ backend }), commit };
    const start = await startOf(folder, blank(profile, environment, command));
    const shared = { profile, backend, signal, tell: console.error };
    await tryAll(asked, start, folder, {
      "same code": { ...shared, folders: same.folders },
      "slower by 10 %": { ...shared, folders: slower.folders },
    });
    console.log(`report: ${join(out, "report.html")}`);
    return "done";
  } catch (error) {
    if (!signal.aborted) throw error;
    console.error(`interrupted: the same command goes on in ${out}`);
    return "interrupted";
  } finally {
    for (const { remove } of checkouts) await remove();
  }
}

function profileOf({ works, rounds }: DetectionAsked): RegressionProfile {
  const quick = profiles.quick!;
  const timed = quick.works.filter(({ name }) => works.includes(name));
  return { ...quick, works: timed, blocks: rounds };
}

function blank(
  { works, blocks }: RegressionProfile,
  environment: DetectionRecord["environment"],
  command: string,
): DetectionRecord {
  return {
    schemaVersion,
    kind: "detection",
    suite: "detection",
    profile: "quick",
    title: "What bench:compare finds, and what it takes for a change",
    environment,
    config: { works: works.map(({ name }) => name).join(", "), blocks },
    command,
    createdAt: new Date().toISOString(),
    warnings: [],
    times: [],
  };
}

/** The record in the folder, if it is of the same run. */
async function startOf(folder: RunFolder, now: DetectionRecord): Promise<DetectionRecord> {
  if (!folder.resumes) return now;
  const { record: earlier } = await openRecord(folder.path, "detection");
  const difference = differenceOf(earlier, now);
  if (difference === undefined) return earlier;
  throw new UsageError(
    `Cannot go on with what is there as it differs in ${difference}: write elsewhere with --out DIR`,
  );
}

/** Makes the comparisons and the pool that the record lacks, and writes it after each. */
async function tryAll(
  { comparisons, poolSeeds: size, out }: DetectionAsked,
  start: DetectionRecord,
  folder: RunFolder,
  runs: Record<TimeCondition, RunOptions>,
): Promise<void> {
  let record = start;
  const keep = async (part: Partial<DetectionRecord>) => {
    record = { ...record, ...part };
    await folder.save(record);
    await writeReport(folder.path, record);
  };
  for (let i = 0; i < comparisons; i++) {
    for (const condition of ["same code", "slower by 10 %"] as const) {
      if (record.times.filter((trial) => trial.condition === condition).length > i) continue;
      await keep({ times: [...record.times, await timeTrial(condition, runs[condition])] });
    }
  }
  const { folders, ...options } = runs["same code"];
  const pool = { ...options, folder: folders.base, size, out: join(out, "pool") };
  await keep(size === 0 ? {} : { pool: await trainPool(pool) });
}
