/**
 * What normalizations cost, each with and without weight standardization, in each framework.
 *
 * @module
 */
import { usualNormalization } from "../../experiments/profiles/normalization.ts";
import type { ConfiguredRow, SubjectRecord } from "../../record/mod.ts";
import { type Ratio, ratioOf, stepTimes } from "./figures.ts";
import { pytorch } from "./rows.ts";

/** A normalization in one framework. A ratio is missing where one of its two steps was not timed. */
export interface NormRow {
  normalization: string;
  plain: SubjectRecord;
  /** With standardized kernels, the fastest way of several. */
  ws?: SubjectRecord;
  /** The plain step, and that with WS, over the plain one of batch norm in the same framework. */
  overBatch?: Ratio;
  wsOverBatch?: Ratio;
  /** The step with WS over the plain one. */
  added?: Ratio;
  /** Each over PyTorch's with the same normalization, the fastest form that was timed. */
  overPeer?: Ratio;
  wsOverPeer?: Ratio;
}

/** How a framework ran a step. */
type Timed = SubjectRecord & { normalization: string };

/**
 * A row for each normalization in each framework and form; nothing where no subject has another
 * normalization than its profile.
 */
export function normRows({ subjects, config }: ConfiguredRow): NormRow[] {
  const timed = subjects.filter(isNormStep).map((subject): Timed => {
    const own = subject.settings?.normalization ?? config.normalization ?? usualNormalization;
    return { ...subject, normalization: `${own}` };
  });
  if (!timed.some(({ settings }) => settings !== undefined)) return [];
  const frameworks = Map.groupBy(timed, ({ engine, mode, form }) => `${engine} ${mode} ${form}`);
  return [...frameworks.values()].flatMap((own) => rowsOf(own, timed));
}

/** A training step whose settings, if any, are those of a normalization. */
function isNormStep({ work, settings, oneDnn, kernels, blocks }: SubjectRecord): boolean {
  return work === "train" && blocks.length > 0 && oneDnn === undefined &&
    (settings === undefined || settings.normalization !== undefined) &&
    (kernels === "plain" || isStandardized(kernels));
}

/** As users have it: generic operations are a baseline for these. */
function isStandardized(kernels: SubjectRecord["kernels"]): boolean {
  return ["ws", "composer", "timm"].includes(kernels);
}

function rowsOf(own: readonly Timed[], all: readonly Timed[]): NormRow[] {
  const plain = own.filter(({ kernels }) => kernels === "plain");
  const batch = plain.find(({ normalization }) => normalization === usualNormalization);
  // The first of each: what is run once more measures noise.
  const names = [...new Set(plain.map(({ normalization }) => normalization))];
  return names.map((normalization): NormRow => {
    const step = plain.find((one) => one.normalization === normalization)!;
    const ws = fastestOf(own, normalization, true);
    return {
      normalization,
      plain: step,
      ...(ws && { ws }),
      ...named("overBatch", batch === step ? undefined : batch, step),
      ...named("wsOverBatch", batch, ws),
      ...named("added", step, ws),
      ...named("overPeer", peerOf(step, all, false), step),
      ...named("wsOverPeer", ws && peerOf(step, all, true), ws),
    };
  });
}

function named<K extends string>(
  key: K,
  over: SubjectRecord | undefined,
  subject: SubjectRecord | undefined,
): { [P in K]?: Ratio } {
  const ratio = subject && over && ratioOf(subject, over);
  return (ratio === undefined ? {} : { [key]: ratio }) as { [P in K]?: Ratio };
}

/** PyTorch's step with the same normalization; PyTorch itself has none. */
function peerOf(
  { engine, normalization }: Timed,
  all: readonly Timed[],
  standardized: boolean,
): SubjectRecord | undefined {
  if (engine === pytorch) return undefined;
  return fastestOf(all.filter((one) => one.engine === pytorch), normalization, standardized);
}

function fastestOf(
  timed: readonly Timed[],
  normalization: string,
  standardized: boolean,
): Timed | undefined {
  return timed
    .filter((one) => one.normalization === normalization)
    .filter(({ kernels }) => isStandardized(kernels) === standardized)
    .map((subject) => ({ subject, ms: stepTimes(subject).median }))
    .sort((one, other) => one.ms - other.ms)[0]?.subject;
}
