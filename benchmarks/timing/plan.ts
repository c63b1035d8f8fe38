import { findLibrary } from "../../src/backends/tensorflow/mod.ts";
import { unknownName, UsageError } from "../ground/errors.ts";
import {
  overheadKinds,
  type OverheadProfile,
  profiles,
  stageBlocks,
  sweeps,
} from "../experiments/profiles/overhead.ts";
import { checkKinds, withSettings } from "../experiments/settings.ts";
import type { OverheadAsked } from "./options.ts";
import { pytorch } from "../judge/timings/rows.ts";
import type { Sweep } from "../record/mod.ts";
import type { Subject } from "./order.ts";
import { type Engine, subjectsOf, sweptSubjects } from "./subjects.ts";
import { checkSweep, parseSweep, rowsOf, type RowValues } from "./sweep.ts";

/** A row to be measured. */
export interface PlannedRow {
  /** What it replaces in the profile; nothing where nothing is swept. */
  values: RowValues;
  /** The profile with that. */
  profile: OverheadProfile;
}

/** A measurement, every name resolved. */
export interface Plan {
  asked: OverheadAsked;
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
export function planOf(asked: OverheadAsked): Plan {
  const set = settingsOf(asked);
  const profile = withSettings(profiles[asked.profile]!, set);
  const sweep = asked.sweep.length > 0 ? parseSweep(asked.sweep) : copyOf(sweeps[asked.profile]);
  if (sweep !== undefined) checkSweep(profile, sweep, set);
  else if (asked.resume) {
    throw new UsageError(
      "bench:overhead has no --resume without --sweep: it is rows that are kept",
    );
  }
  const rows = rowsOf(sweep ?? {}).map((values) => ({
    values,
    profile: { ...profile, ...values },
  }));
  rows.forEach((row) => checkProfile(row.profile));
  const all = subjectsOf(enginesOf(asked.backends), asked.peers.length > 0);
  const subjects = chosen(all, asked.arms, sweep !== undefined);
  rows.forEach((row) => checkPeers(subjects, row.profile));
  return { asked, profile, subjects, rows, ...(sweep !== undefined && { sweep }) };
}

/** `--rounds` and `--steps` are short for `--set`. */
function settingsOf({ set, rounds, steps }: OverheadAsked): Record<string, string> {
  return {
    ...Object.fromEntries(set),
    ...(rounds !== undefined && { rounds: `${rounds}` }),
    ...(steps !== undefined && { steps: `${steps}` }),
  };
}

/**
 * Fails unless a profile can be run.
 *
 * @param profile the profile, with its replaced values
 * @throws {UsageError} naming the first value that cannot be
 */
export function checkProfile(profile: OverheadProfile): void {
  const cannot = "Cannot time a step";
  checkKinds(profile, overheadKinds, cannot);
  if (profile.depth === 0) stageBlocks.check(profile.blocks, `${cannot} as blocks`);
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
function enginesOf(asked: OverheadAsked["backends"]): Engine[] {
  const found = () => bySpeed.filter((name) => name !== "tensorflow" || findLibrary());
  const names = asked === "all" ? found() : asked ?? found().slice(0, 1);
  return names.map((name) => ({ name, captures: name === "tensorflow" }));
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
