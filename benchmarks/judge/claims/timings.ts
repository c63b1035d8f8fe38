/**
 * Claims on the time of a step, judged by steps that `bench:overhead` timed beside each other.
 *
 * @module
 */
import type {
  Claim,
  StepProtocol,
  StepTimeTest,
  ThroughputTest,
} from "../../experiments/claims/claim.ts";
import { claims } from "../../experiments/claims/table.ts";
import { usualNormalization } from "../../experiments/profiles/normalization.ts";
import { grouped } from "../../ground/format.ts";
import { type ConfiguredRow, measuredRows, type TimingsRecord } from "../../record/mod.ts";
import { type Ratio, ratioOf } from "../timings/figures.ts";
import { noiseFloor, overheadsOf } from "../timings/overheads.ts";
import { type ClaimRow, type Finding, notRun } from "./row.ts";
import { judgeAdded } from "./step_time.ts";
import { judgeShares, type Share } from "./throughput.ts";

/**
 * One row for each of the claims C1 to C10, of which most are about what training yields. What is in
 * the images does not change the time of a step: random ones yield a verdict here, unlike there.
 *
 * Subjects of the first backend are judged, whose names have no backend in them, captured where it
 * captures steps.
 */
export function judgeTimings(record: TimingsRecord): ClaimRow[] {
  return claims.map((claim) => {
    const { id, statement, source, published, throughput } = claim;
    const judged = throughput?.statement ?? statement;
    return { id, statement: judged, source, published, ...find(claim, record) };
  });
}

function find({ test, throughput, needs }: Claim, record: TimingsRecord): Finding {
  const isStepTime = test.kind === "stepTime";
  if (!isStepTime && throughput === undefined) {
    return notRun(`steps are timed here: it takes ${needs}`);
  }
  const [row, ...others] = measuredRows(record);
  if (row === undefined) return notRun("no step was timed");
  if (record.sweep !== undefined || others.length > 0) {
    return notRun("a sweep has a row for each size: it takes a measurement of one");
  }
  return isStepTime ? findAdded(test, record, row) : findShares(throughput!, record, row);
}

/** How much longer a step takes than another; both have the normalization of the profile. */
function findAdded(test: StepTimeTest, record: TimingsRecord, row: ConfiguredRow): Finding {
  const { subject, over, margin, steps } = test;
  const ratio = ratioBetween(row, subject, over);
  if (ratio === undefined) return notRun(`no steps of "${subject}" and "${over}" in turn`);
  const noise = noiseOf(row, over);
  const { n, median, isInterval } = ratio;
  const { low, high } = widened(ratio, noise);
  const toPercent = (ratio: number) => (ratio - 1) * 100;
  const interval = { low: toPercent(low), high: toPercent(high), level: 0.95 };
  const protocol = steps[String(row.config.model)];
  return {
    ...judgeAdded(margin, {
      n,
      percent: toPercent(median),
      ...(isInterval && { interval }),
      ...(noise > 0 && { noise }),
    }),
    protocolDifferences: differences(over, record, row, protocol),
  };
}

function findShares(test: ThroughputTest, record: TimingsRecord, row: ConfiguredRow): Finding {
  const { subjects, over, protocol } = test;
  const normalization = row.config.normalization ?? usualNormalization;
  if (normalization !== usualNormalization) {
    return notRun(`"${over}" has the normalization ${normalization}, not ${usualNormalization}`);
  }
  const noise = noiseOf(row, over);
  const shares = subjects.map((name) => shareOf(row, name, over, noise));
  const missing = subjects.find((_, i) => shares[i] === undefined);
  if (missing !== undefined) {
    return notRun(`no steps of "${missing}" and "${over}" in turn; --profile norms times them`);
  }
  return {
    ...judgeShares(test, shares as Share[]),
    protocolDifferences: differences(over, record, row, protocol),
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

function widened({ low, high }: Ratio, noise: number): Pick<Ratio, "low" | "high"> {
  return { low: low / (1 + noise), high: high * (1 + noise) };
}

function shareOf(
  row: ConfiguredRow,
  name: string,
  over: string,
  noise: number,
): Share | undefined {
  const ratio = ratioBetween(row, name, over);
  if (ratio === undefined) return undefined;
  const { n, median, isInterval } = ratio;
  const label = subjectOf(row, name)!.label.split(": ").at(-1)!;
  const { low, high } = widened(ratio, noise);
  const share = { share: 1 / median, low: 1 / high, high: 1 / low };
  return { label, n, ...share, isInterval, ...(noise > 0 && { noise }) };
}

function ratioBetween(row: ConfiguredRow, name: string, over: string): Ratio | undefined {
  const [one, other] = [name, over].map((name) => subjectOf(row, name));
  return one && other && ratioOf(one, other);
}

function subjectOf({ subjects }: ConfiguredRow, name: string) {
  return subjects.find((subject) => subject.name === name);
}

function differences(
  over: string,
  { environment: { backend, cpu, gpu = cpu } }: TimingsRecord,
  row: ConfiguredRow,
  protocol: StepProtocol | undefined,
): string[] {
  const hardware = gpu.includes("A100") ? [] : [`timed on ${gpu} by ${backend}, not on A100s`];
  if (protocol === undefined) {
    return [...hardware, `model ${row.config.model}, not a published one`];
  }
  const count = subjectOf(row, over)?.ready?.parameterCount;
  const { model, parameterCount } = protocol;
  return [
    ...hardware,
    ...(count === undefined || count === parameterCount
      ? []
      : [`model of ${grouped(count)} parameters, not ${model} of ${grouped(parameterCount)}`]),
    ...Object.entries(protocol.config).flatMap(([key, value]) => {
      const { [key]: seen = value } = row.config;
      return seen === value ? [] : [`${key} ${seen}, not ${value}`];
    }),
  ];
}
