import { backendNames } from "../../src/backends/select.ts";
import { findLibrary } from "../../src/backends/tensorflow/mod.ts";
import { unknownName, UsageError } from "../ground/errors.ts";
import { type OverheadProfile, profiles, sweeps } from "../experiments/profiles/overhead.ts";
import { withSettings } from "../experiments/settings.ts";
import { checkProfile, type OverheadCommandLine } from "./command_line.ts";
import type { Sweep } from "./record.ts";
import { pytorch } from "./peers.ts";
import { type Engine, type Subject, subjectsOf, sweptSubjects } from "./subjects.ts";
import { checkSweep, rowsOf, type RowValues } from "./sweep.ts";

/** A row to be measured. */
export interface PlannedRow {
  /** What it replaces in the profile; nothing where nothing is swept. */
  values: RowValues;
  /** The profile with that. */
  profile: OverheadProfile;
}

/** A measurement, every name resolved. */
export interface Plan {
  asked: OverheadCommandLine;
  /** With the values of `--set`. */
  profile: OverheadProfile;
  subjects: Subject[];
  /** What is swept, if anything. */
  sweep?: Sweep;
  /** At least one. */
  rows: PlannedRow[];
}

/**
 * What a command line asks for, checked before anything is written or run.
 *
 * @param asked the command line
 * @throws {UsageError} if something asked for does not exist, cannot be done together, or a value of
 * the profile cannot be run
 */
export function planOf(asked: OverheadCommandLine): Plan {
  const named = profiles[asked.profile];
  if (named === undefined) throw unknownName("profile", asked.profile, Object.keys(profiles));
  const profile = withSettings(named, asked.set);
  const sweep = asked.sweep ?? copyOf(sweeps[asked.profile]);
  if (sweep !== undefined) checkSweep(profile, sweep, asked.set);
  const rows = rowsOf(sweep ?? {}).map((values) => ({
    values,
    profile: { ...profile, ...values },
  }));
  rows.forEach((row) => checkProfile(row.profile));
  const all = subjectsOf(enginesOf(asked.backends), asked.interpreters.length > 0);
  const subjects = chosen(all, asked.subjects, sweep !== undefined);
  rows.forEach((row) => checkPeers(subjects, row.profile));
  return { asked, profile, subjects, rows, ...(sweep !== undefined && { sweep }) };
}

function copyOf(sweep: Readonly<Record<string, number[]>> | undefined): Sweep | undefined {
  return sweep &&
    Object.fromEntries(Object.entries(sweep).map(([key, values]) => [key, [...values]]));
}

/** The fastest first: the first one's subjects have the short names. */
const bySpeed = ["tensorflow", "wasm", "webgpu", "cpu"] as const;

/**
 * Which backend is the best is asked of the file system: this process computes nothing. Of all, the
 * one that needs an adapter says itself that there is none.
 */
function enginesOf(asked: OverheadCommandLine["backends"]): Engine[] {
  const found = () => bySpeed.filter((name) => name !== "tensorflow" || findLibrary());
  const names = asked === "all" ? found() : asked ?? found().slice(0, 1);
  return names.map((name) => {
    if (!backendNames.includes(name)) throw unknownName("backend", name, backendNames);
    return { name, captures: name === "tensorflow" };
  });
}

function chosen(
  all: Subject[],
  names: readonly string[] | undefined,
  isSweep: boolean,
): Subject[] {
  if (names === undefined) return isSweep ? sweptSubjects(all) : all;
  const known = all.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw unknownName("arm", unknown, known);
  return all.filter(({ name }) => names.includes(name));
}

function checkPeers(subjects: readonly Subject[], { width }: OverheadProfile): void {
  const peer = subjects.find(({ program }) => program !== undefined);
  if (peer === undefined || width === 64) return;
  throw new UsageError(
    `Cannot time ${peer.name} as width must be 64, that of ${pytorch}'s ResNets: current value is ` +
      `${width}; leave --peers out`,
  );
}
