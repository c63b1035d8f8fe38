/**
 * Claims on throughput, judged by steps that `bench:overhead` timed beside each other.
 *
 * @module
 */
import type { ThroughputTest } from "../../experiments/claims/claim.ts";
import { claims } from "../../experiments/claims/table.ts";
import { usualNormalization } from "../../experiments/profiles/normalization.ts";
import { fixed, grouped, signed } from "../../ground/format.ts";
import { type ConfiguredRow, measuredRows, type TimingsRecord } from "../../record/mod.ts";
import { fewestForBootstrap } from "../statistics/bootstrap.ts";
import { ratioOf } from "../timings/figures.ts";
import { noiseFloor, overheadsOf } from "../timings/overheads.ts";
import { type ClaimRow, type Finding, notRun, ofAll, withinMargin } from "./row.ts";

/**
 * One row for each of the claims C1 to C10, of which most are about what training yields. What is in
 * the images does not change the time of a step: random ones yield a verdict here, unlike there.
 */
export function judgeTimings(record: TimingsRecord): ClaimRow[] {
  return claims.map(({ id, statement, source, published, needs, throughput }) => {
    const row = { id, source, published };
    if (throughput === undefined) {
      return { ...row, statement, ...notRun(`steps are timed here: it takes ${needs}`) };
    }
    return { ...row, statement: throughput.statement, ...find(throughput, record) };
  });
}

/** The throughput of a subject in shares of another's. */
export interface Share {
  label: string;
  /** How many rounds it rests on. */
  n: number;
  share: number;
  low: number;
  high: number;
  /** Whether `low` and `high` are an interval's. */
  isInterval: boolean;
  /** What they were widened by: how far a step may seem from itself, as a share of it. */
  noise?: number;
}

function find(test: ThroughputTest, record: TimingsRecord): Finding {
  const [row, ...others] = measuredRows(record);
  if (row === undefined) return notRun("no step was timed");
  if (record.sweep !== undefined || others.length > 0) {
    return notRun("a sweep has a row for each size: it takes a measurement of one");
  }
  const normalization = row.config.normalization ?? usualNormalization;
  if (normalization !== usualNormalization) {
    return notRun(
      `"${test.over}" has the normalization ${normalization}, not ${usualNormalization}`,
    );
  }
  const noise = noiseOf(row, test.over);
  const shares = test.subjects.map((name) => shareOf(row, name, test.over, noise));
  const missing = test.subjects.find((_, i) => shares[i] === undefined);
  if (missing !== undefined) {
    return notRun(
      `no steps of "${missing}" and "${test.over}" in turn; --profile norms times them`,
    );
  }
  return {
    ...judgeShares(test, shares as Share[]),
    protocolDifferences: differences(test, record, row),
  };
}

/**
 * The noise floor of a step that was timed against itself, 0 where it was not. Rounds know nothing of
 * what sets one process apart from another for good, such as where it lies in memory.
 */
function noiseOf(row: ConfiguredRow, name: string): number {
  const itself = overheadsOf(row).find(({ over, time, verdict }) =>
    verdict === "noise floor" && over.name === name && time.isInterval
  );
  return itself === undefined ? 0 : noiseFloor(itself.time);
}

function shareOf(
  { subjects }: ConfiguredRow,
  name: string,
  over: string,
  noise: number,
): Share | undefined {
  const [one, other] = [name, over].map((name) => subjects.find((each) => each.name === name));
  const ratio = one && other && ratioOf(one, other);
  if (ratio === undefined) return undefined;
  const { n, median, isInterval } = ratio;
  const label = one!.label.split(": ").at(-1)!;
  const [low, high] = [1 / ratio.high / (1 + noise), 1 / ratio.low * (1 + noise)];
  return { label, n, share: 1 / median, low, high, isInterval, ...(noise > 0 && { noise }) };
}

/** Whether shares, at least one, are about those that were published. */
export function judgeShares(
  test: ThroughputTest,
  shares: readonly Share[],
): Omit<Finding, "protocolDifferences"> {
  const n = Math.min(...shares.map(({ n }) => n));
  const measured = {
    n,
    ours: `${shares.map(shareText).join(", ")} of the images/s, n = ${n}`,
    difference: shares.map(({ share }) => signed(share - test.share, 2)).join(", "),
  };
  if (shares.some(({ isInterval }) => !isInterval)) {
    const reason = `${n} of the ${fewestForBootstrap} rounds that an interval wants`;
    return { ...measured, verdict: "inconclusive", reason };
  }
  const outcomes = shares.map(({ label, low, high, noise }) =>
    withinMargin({ low: low - test.share, high: high - test.share, level: 0.95 }, test.margin, [
      `${label}: the interval${
        noise === undefined ? "" : `, widened by the noise of ${fixed(100 * noise, 1)} %,`
      }`,
      `${fixed(test.share, 1)} ± ${fixed(test.margin, 1)}`,
    ])
  );
  const verdict = ofAll(outcomes.map(({ verdict }) => verdict));
  return { ...measured, verdict, reason: outcomes.map(({ reason }) => reason).join("; ") };
}

function shareText({ label, share, low, high, isInterval }: Share): string {
  const range = isInterval ? `[${fixed(low, 2)}, ${fixed(high, 2)}]` : "no interval";
  return `${label} ${fixed(share, 2)} ${range}`;
}

function differences(
  { protocol, over }: ThroughputTest,
  { environment: { backend, cpu, gpu = cpu } }: TimingsRecord,
  { subjects, config }: ConfiguredRow,
): string[] {
  const count = subjects.find(({ name }) => name === over)?.ready?.parameterCount;
  const { model, parameterCount } = protocol;
  return [
    ...(gpu.includes("A100") ? [] : [`timed on ${gpu} by ${backend}, not on A100s`]),
    ...(count === undefined || count === parameterCount
      ? []
      : [`model of ${grouped(count)} parameters, not ${model} of ${grouped(parameterCount)}`]),
    ...Object.entries(protocol.config).flatMap(([key, value]) =>
      config[key] === value ? [] : [`${key} ${config[key]}, not ${value}`]
    ),
  ];
}
