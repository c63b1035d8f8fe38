import { findLibrary } from "../../src/backends/tensorflow/mod.ts";
import { unknownName, UsageError } from "../ground/errors.ts";
import { checkNormalization } from "../experiments/profiles/normalization.ts";
import {
  normProfiles,
  overheadKinds,
  type OverheadProfile,
  profiles,
  stageBlocks,
  sweeps,
} from "../experiments/profiles/overhead.ts";
import { checkKinds, withSettings } from "../experiments/settings.ts";
import type { OverheadAsked } from "./options.ts";
import { pytorch } from "../judge/timings/rows.ts";
import type { RowRecord, Sweep } from "../record/mod.ts";
import type { Subject } from "./protocol.ts";
import { interpretersOf } from "./start_subject.ts";
import { jaxPeer, jaxSubjects } from "./jax_subjects.ts";
import { subjectsForNorms, subjectsOf, usualSubjects } from "./subjects.ts";
import { rowsOf, sweepOf } from "./sweep.ts";

export interface PlannedRow extends Pick<RowRecord, "values"> {
  /** The profile with those values. */
  profile: OverheadProfile;
}

/** A measurement with every name resolved. */
export interface Plan {
  asked: OverheadAsked;
  /** With the values of `--set`. */
  profile: OverheadProfile;
  subjects: Subject[];
  sweep?: Sweep;
  /** At least one. */
  rows: PlannedRow[];
}

/**
 * What a command line asks for, checked before anything is written or run.
 *
 * @throws {UsageError} if something asked for does not exist, cannot be done together, or a value of
 * the profile cannot be run
 */
export function planOf(asked: OverheadAsked): Plan {
  const set = settingsOf(asked);
  const profile = withSettings(profiles[asked.profile]!, set);
  const swept = asked.sweep.length > 0 ? asked.sweep : Object.entries(sweeps[asked.profile] ?? {});
  const isSwept = swept.length > 0;
  const sweep = sweepOf(profile, swept, set);
  if (asked.resume && !isSwept) {
    throw new UsageError(
      "bench:overhead has no --resume without --sweep: it is rows that are kept",
    );
  }
  const rows = rowsOf(sweep).map((values) => ({ values, profile: { ...profile, ...values } }));
  rows.forEach((row) => checkProfile(row.profile));
  const all = allSubjects(enginesOf(asked.backends), asked.peers);
  const usual = normProfiles.includes(asked.profile)
    ? subjectsForNorms(all)
    : usualSubjects(all, isSwept);
  const subjects = chosen(usual, all, asked.arms);
  rows.forEach((row) => checkSubjects(subjects, row.profile));
  return { asked, profile, subjects, rows, ...(isSwept && { sweep }) };
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
 * Checks the values of a profile.
 *
 * @throws {UsageError} naming the first that cannot be run
 */
export function checkProfile(profile: OverheadProfile): void {
  const cannot = "Cannot time a step";
  checkKinds(profile, overheadKinds, cannot);
  if (profile.depth === 0) stageBlocks.check(profile.blocks, `${cannot} as blocks`);
}

/** From the fastest: the first one's subjects have the short names. */
const bySpeed = ["tensorflow", "wasm", "webgpu", "cpu"];

/**
 * The best backend is found by looking for TensorFlow's library, as this process computes nothing.
 * WebGPU is listed without looking for an adapter: its subjects report that there is none.
 */
function enginesOf(asked: OverheadAsked["backends"]): string[] {
  const found = () => bySpeed.filter((name) => name !== "tensorflow" || findLibrary());
  return asked === "all" ? found() : asked ?? found().slice(0, 1);
}

function allSubjects(engines: readonly string[], peers: readonly string[]): Subject[] {
  const withJax = peers.includes(jaxPeer);
  if (withJax && jaxSubjects(engines).length === 0) {
    throw new UsageError(
      `Cannot time ${jaxPeer} beside ${engines.join(", ")}: choose wasm or webgpu by --backends`,
    );
  }
  return subjectsOf(engines, interpretersOf(peers).length > 0, withJax);
}

function chosen(
  usual: Subject[],
  all: Subject[],
  names: readonly string[] | undefined,
): Subject[] {
  if (names === undefined) return usual;
  const known = all.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw unknownName("arm", unknown, known);
  return all.filter(({ name }) => names.includes(name));
}

/** Checks that each subject can run a profile, before any is started. */
function checkSubjects(subjects: readonly Subject[], profile: OverheadProfile): void {
  checkPeers(subjects, profile);
  for (const { settings } of subjects) checkNormalization({ ...profile, ...settings });
}

function checkPeers(subjects: readonly Subject[], { width }: OverheadProfile): void {
  const peer = subjects.find(({ program }) => program?.endsWith(".py"));
  if (peer === undefined || width === 64) return;
  throw new UsageError(
    `Cannot time ${peer.name} as width must be 64, that of ${pytorch}'s ResNets: current value is ` +
      `${width}; leave --peers out`,
  );
}
