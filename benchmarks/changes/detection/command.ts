import { type ProgramPlaces, subjectPlaces } from "../program_places.ts";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parseArguments, parseCount } from "../../cli/arguments.ts";
import { commandLine } from "../../cli/command_line.ts";
import { unknownName, UsageError } from "../../ground/errors.ts";
import { exitCodes } from "../../cli/exit.ts";
import { writeAtomic } from "../../record/mod.ts";
import { checkOut, type Checkouts } from "../checkout.ts";
import { checkDenoStarts } from "../deno_program.ts";
import { machineFacts } from "../machine_facts.ts";
import { profiles, type RegressionProfile } from "../profiles.ts";
import { InterruptedError } from "../sides.ts";
import { trainPool } from "./pool.ts";
import {
  type DetectionRecord,
  parseDetection,
  schemaVersion,
  type TimeCondition,
} from "./record.ts";
import { detectionCsv, detectionMarkdown } from "./report.ts";
import { slowDown } from "./slowdown.ts";
import { timeTrial, type TrialOptions } from "./times.ts";

const options = {
  comparisons: { type: "string", default: "20" },
  rounds: { type: "string", default: "30" },
  works: { type: "string", default: profiles.quick!.works.map(({ name }) => name).join(",") },
  "pool-seeds": { type: "string", default: "40" },
  backend: { type: "string", default: "wasm" },
  out: { type: "string", default: "reports/latest/detection" },
  help: { type: "boolean", default: false, short: "h" },
} as const;

const help = `deno task bench:detection [options]

How often bench:compare finds what it should, and what it should not.

  --comparisons N   of times: so many with the same code, as many with a step slowed by 10 %
                    (default 20; 0 for none)
  --rounds N        blocks of a comparison (default 30)
  --works A,B       what is timed (default ${options.works.default})
  --pool-seeds N    seeds that are trained as they are and worse (default 40; 0 for none)
  --backend NAME    cpu, wasm, tensorflow (default wasm)
  --out DIR         where results go (default ${options.out.default}); what was done there
                    with the same commit and values is gone on with
  --help            this text`;

/** The injected slow-down, as a share of a step. */
const slowdown = 0.1;

/** What was asked for. */
interface Asked {
  comparisons: number;
  poolSize: number;
  profile: RegressionProfile;
  backend: string;
  out: string;
  command: string;
}

/**
 * `bench:detection` from its command line to its files.
 *
 * @param args the arguments after the command's name
 * @param signal ends it; what was done is kept, but for the comparison under way
 * @returns the exit code
 * @throws {UsageError} if something asked for does not exist, or `out` holds something else
 */
export async function runDetection(args: string[], signal: AbortSignal): Promise<number> {
  const asked = parse(args);
  if (asked === "help") {
    console.log(help);
    return exitCodes.done;
  }
  await checkDenoStarts();
  const programs: ProgramPlaces[] = [subjectPlaces, ["benchmarks/ade20k.ts"]];
  const checkouts: Checkouts[] = [];
  try {
    for (let i = 0; i < 2; i++) checkouts.push(await checkOut("HEAD", "HEAD", programs));
    const [same, slower] = checkouts as [Checkouts, Checkouts];
    await slowDown(slower.folders.head, slowdown);
    const start = await earlierOr(asked, blank(asked, same.versions.base.commit));
    const folders = { "same code": same.folders, "slower by 10 %": slower.folders };
    const { profile, backend } = asked;
    const trials = { folders, profile, backend, signal, tell: console.error };
    const timed = await tryTimes(asked, start, trials);
    const record = await tryQuality(asked, timed, trials);
    console.log(detectionMarkdown(record));
    return exitCodes.done;
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    console.error(`interrupted: the same command goes on in ${asked.out}`);
    return exitCodes.interrupted;
  } finally {
    for (const { remove } of checkouts) await remove();
  }
}

function parse(args: string[]): Asked | "help" {
  const values = parseArguments({ args, options, strict: true }).values;
  if (values.help) return "help";
  const count = (name: "comparisons" | "rounds" | "pool-seeds") => parseCount(name, values[name]);
  const quick = profiles.quick!;
  const works = values.works.split(",").map((wanted) => {
    const work = quick.works.find(({ name }) => name === wanted);
    if (work === undefined) throw unknownName("work", wanted, quick.works.map(({ name }) => name));
    return work;
  });
  return {
    comparisons: count("comparisons"),
    poolSize: count("pool-seeds"),
    profile: { ...quick, works, blocks: count("rounds") },
    backend: values.backend,
    out: values.out,
    command: commandLine("deno task bench:detection", args),
  };
}

function blank({ profile, backend, command }: Asked, commit: string): DetectionRecord {
  const { works, blocks } = profile;
  return {
    schemaVersion,
    kind: "detection",
    commit,
    environment: machineFacts(backend),
    config: { works: works.map(({ name }) => name).join(", "), blocks },
    command,
    createdAt: new Date().toISOString(),
    times: [],
  };
}

/** What lies in the folder, where it belongs to the same. */
async function earlierOr({ out }: Asked, now: DetectionRecord): Promise<DetectionRecord> {
  const file = join(out, "detection.json");
  const text = await Deno.readTextFile(file).catch(() => undefined);
  if (text === undefined) return now;
  const earlier = parseDetection(text, file);
  const differs = (["commit", "config", "environment"] as const).find((key) =>
    !isDeepStrictEqual(earlier[key], now[key])
  );
  if (differs === undefined) return earlier;
  throw new UsageError(
    `Cannot go on with "${file}" as its ${differs} is another: write elsewhere with --out DIR`,
  );
}

async function tryTimes(
  { comparisons, out }: Asked,
  start: DetectionRecord,
  trials: TrialOptions,
): Promise<DetectionRecord> {
  let record = start;
  const count = (wanted: TimeCondition) =>
    record.times.filter(({ condition }) => condition === wanted).length;
  for (let i = 0; i < comparisons; i++) {
    for (const condition of ["same code", "slower by 10 %"] as const) {
      if (count(condition) > i) continue;
      record = { ...record, times: [...record.times, await timeTrial(condition, trials)] };
      await write(out, record);
    }
  }
  return record;
}

async function tryQuality(
  { poolSize: size, out }: Asked,
  record: DetectionRecord,
  { folders, backend, signal, tell }: TrialOptions,
): Promise<DetectionRecord> {
  if (size === 0) return record;
  const folder = folders["same code"].base;
  const pool = await trainPool({ folder, backend, size, out: join(out, "pool"), signal, tell });
  const whole = { ...record, pool };
  await write(out, whole);
  return whole;
}

async function write(out: string, record: DetectionRecord): Promise<void> {
  await writeAtomic(join(out, "detection.json"), `${JSON.stringify(record, null, 1)}\n`);
  await writeAtomic(join(out, "detection.csv"), detectionCsv(record));
  await writeAtomic(join(out, "detection.md"), detectionMarkdown(record));
}
