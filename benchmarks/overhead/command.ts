import { join } from "node:path";
import { backendNames } from "../../src/backends/select.ts";
import { findLibrary } from "../../src/backends/tensorflow/mod.ts";
import { commandLine } from "../command_line.ts";
import { environment } from "../environment.ts";
import { unknownName, UsageError } from "../errors.ts";
import { exitCodes } from "../exit.ts";
import { claimOutput } from "../output.ts";
import { type OverheadProfile, profiles } from "../profiles/overhead.ts";
import { writeAtomic } from "../result.ts";
import { withSettings } from "../settings.ts";
import {
  checkProfile,
  type OverheadCommandLine,
  overheadHelp,
  parseOverheadCommandLine,
} from "./command_line.ts";
import { overheadCsv } from "./csv.ts";
import { overheadMarkdown } from "./markdown.ts";
import { measure } from "./measure.ts";
import { type OverheadResult, schemaVersion, type SubjectRecord } from "./record.ts";
import { type Engine, type Subject, subjectsOf } from "./subjects.ts";

/** A measurement, every name resolved. */
interface Plan {
  asked: OverheadCommandLine;
  profile: OverheadProfile;
  subjects: Subject[];
  threads: number;
}

/**
 * `bench:overhead` from its command line to its files.
 *
 * @param args the arguments after the command's name
 * @param signal stops after the round under way; what was timed is written
 * @returns the exit code
 * @throws {UsageError} if something asked for does not exist, or `out` is taken
 */
export async function runOverhead(args: string[], signal: AbortSignal): Promise<number> {
  const asked = parseOverheadCommandLine(args);
  if (asked === "help") {
    console.log(help());
    return exitCodes.done;
  }
  const plan = planOf(asked);
  if (asked.dryRun) {
    console.log(linesOf(plan.subjects));
    return exitCodes.done;
  }
  await claim(asked);
  const { profile, threads } = plan;
  const { interpreters, out } = asked;
  const tell = console.error;
  const options = { profile, threads, interpreters, signal, tell };
  const records = await measure(plan.subjects, options);
  const result = await resultOf(plan, records, args, !signal.aborted);
  await write(out, result);
  console.log(`report: ${join(out, "overhead.md")}`);
  if (signal.aborted) return exitCodes.interrupted;
  const failed = records.some(({ status }) => status === "failed");
  return asked.strict && failed ? exitCodes.failed : exitCodes.done;
}

function planOf(asked: OverheadCommandLine): Plan {
  const named = profiles[asked.profile];
  if (named === undefined) throw unknownName("profile", asked.profile, Object.keys(profiles));
  const profile = withSettings(named, asked.set);
  checkProfile(profile);
  const all = subjectsOf(enginesOf(asked.backends), asked.interpreters.length > 0);
  return {
    asked,
    profile,
    subjects: chosen(all, asked.subjects),
    threads: profile.threads || navigator.hardwareConcurrency,
  };
}

/** Which backend is the best is asked of the file system: this process computes nothing. */
function enginesOf(names: readonly string[] = [findLibrary() ? "tensorflow" : "wasm"]): Engine[] {
  return names.map((name) => {
    if (!backendNames.includes(name)) throw unknownName("backend", name, backendNames);
    return { name, captures: name === "tensorflow" };
  });
}

function chosen(all: Subject[], names: readonly string[] | undefined): Subject[] {
  const known = all.map(({ name }) => name);
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw unknownName("arm", unknown, known);
  return names === undefined ? all : all.filter(({ name }) => names.includes(name));
}

async function claim({ out, force }: OverheadCommandLine): Promise<void> {
  await claimOutput(out, { resume: false, force: false });
  const path = join(out, "overhead.json");
  const taken = await Deno.stat(path).then(() => true, () => false);
  if (taken && !force) {
    throw new UsageError(
      `Cannot write into ${out} as it holds a run already: --force replaces it, ` +
        "--out DIR writes elsewhere",
    );
  }
}

async function resultOf(
  { asked, profile, subjects }: Plan,
  records: SubjectRecord[],
  args: string[],
  complete: boolean,
): Promise<OverheadResult> {
  // Where Python lies is this machine's, and no help elsewhere.
  const withoutPath = (word: string) =>
    asked.interpreters.reduce((text, path) => text.replace(path, "PYTHON"), word);
  const engine = subjects[0]?.engine ?? "none";
  const version = records.find(({ ready }) => ready !== undefined)?.ready?.versions[engine];
  const machine = await environment(version ?? "unknown");
  return {
    schemaVersion,
    suite: "overhead",
    profile: asked.profile,
    config: { ...profile, blocks: [...profile.blocks], dilations: [...profile.dilations] },
    environment: { ...machine, backend: engine },
    command: commandLine("deno task bench:overhead", args.map(withoutPath)),
    createdAt: new Date().toISOString(),
    complete,
    subjects: records,
  };
}

async function write(out: string, result: OverheadResult): Promise<void> {
  await writeAtomic(join(out, "overhead.json"), `${JSON.stringify(result, null, 1)}\n`);
  await writeAtomic(join(out, "overhead.csv"), overheadCsv(result));
  await writeAtomic(join(out, "overhead.md"), overheadMarkdown(result));
}

function help(): string {
  const lines = Object.entries(profiles).map(([name, { description }]) => [name, description]);
  const subjects = subjectsOf([{ name: "tensorflow", captures: true }], true);
  return overheadHelp(
    Object.fromEntries(lines),
    Object.fromEntries(subjects.map(({ name, label }) => [name, label])),
  );
}

function linesOf(subjects: readonly Subject[]): string {
  return subjects.map(({ name, label }) => `${name.padEnd(18)}${label}`).join("\n");
}
