/**
 * A run held against the published claims.
 *
 * @module
 */
import { bounds, counted, fixed, signed } from "../../ground/format.ts";
import { findCell, hasFailed, type Result } from "../../record/mod.ts";
import { equivalence } from "../statistics/equivalence.ts";
import { meanT, type PairedDifference } from "../statistics/paired_t.ts";
import { pairsNeeded } from "../statistics/sample_size.ts";
import { idleArms } from "../warnings/mod.ts";
import type {
  Claim,
  DifferenceTest,
  EquivalenceTest,
  Protocol,
} from "../../experiments/claims/claim.ts";
import { quarterMinusEnd, type SeedValues, seedValues } from "../contrasts.ts";
import { judgeStepTime } from "./step_time.ts";
import { armDifferences, protocolDifferences } from "./protocol.ts";
import { type ClaimRow, type Finding, notRun, type Outcome } from "./row.ts";
import { claims } from "../../experiments/claims/table.ts";

type SeedTest = DifferenceTest | EquivalenceTest;

/**
 * One row for each of the claims C1 to C10. Generated data never yield a verdict; nor do fewer
 * seeds than a claim needs, an arm that standardized nothing, or a cell that failed: that it
 * diverged says something of its arm, and the pairs that are left would not.
 *
 * There is no correction for the number of claims. Each was published by itself and is judged by
 * itself, nothing follows from any one of them being borne out, and a verdict must not depend on
 * which other claims a run happens to test.
 *
 * @param result the run
 */
export function judge(result: Result): ClaimRow[] {
  return claims.map((claim) => {
    const { id, statement, source, published } = claim;
    const finding = find(claim, result);
    return { id, statement, source, published, ...finding };
  });
}

function find(claim: Claim, result: Result): Finding {
  const { test, arms, given } = claim;
  const protocol = test.protocols[result.suite];
  if (protocol === undefined) {
    return notRun(`not part of the ${result.suite} suite: it takes ${claim.needs}`);
  }
  if (result.data.generated) return notRun("generated data");
  if (result.data.trainingCount === 0) return notRun("nothing was trained");
  const names = Object.keys(test.contrast.weights);
  const missing = names.find((name) => !result.arms.some((arm) => arm.name === name));
  if (missing !== undefined) {
    const hint = arms === undefined ? "" : `; --arms ${arms} has it`;
    return notRun(`this run has no arm "${missing}"${hint}`);
  }
  if (given !== undefined && !result.config[given]) return notRun(`no ${given} were given`);
  const idle = idleArms(result).find((name) => names.includes(name));
  if (idle !== undefined) return notRun(`the arm "${idle}" standardized nothing`);
  const other = names.find((name) => isOther(name, result));
  if (other !== undefined) {
    const seen = isStandardized(other) ? "standardizes nothing" : "standardizes kernels";
    return notRun(`the arm "${other}" is another one than the claim's: it ${seen}`);
  }
  const finding = test.kind === "stepTime"
    ? judgeStepTime(test, result, protocol)
    : judgeSeeds(test, result, protocol);
  const differences = finding.verdict === "not run" ? [] : armDifferences(result, claim);
  return {
    ...finding,
    protocolDifferences: [...finding.protocolDifferences, ...differences],
  };
}

/** Arms of one's own may have the names of a claim's, and be others. */
function isOther(name: string, { cells }: Result): boolean {
  return cells.some(({ arm, status, standardizedCount }) =>
    arm === name && status === "done" && (standardizedCount > 0) !== isStandardized(name)
  );
}

/** `ws`, `gn-ws`, `ws-regularized`. */
function isStandardized(arm: string): boolean {
  return arm.split("-").includes("ws");
}

function judgeSeeds(test: SeedTest, result: Result, protocol: Protocol): Finding {
  const { metric } = protocol;
  const pairs = seedValues(
    result,
    test.contrast,
    (cell) => test.window === "end" ? cell.metrics[metric] : quarterMinusEnd(cell, metric),
  );
  const failures = failuresText(test, result, pairs);
  if (pairs.seeds.length === 0) {
    if (failures === "") return notRun(`no seed pairs: ${leftOutText(pairs)}`);
    return { ...notRun(`no verdict: ${failures}`), verdict: "inconclusive" };
  }
  const difference = meanT(pairs.values);
  const differences = protocolDifferences(result, protocol);
  if (failures !== "") return undecided(failures, protocol, difference, differences);
  const { verdict, reason } = verdictOf(test, pairs, difference, differences.length > 0);
  const more = verdict === "inconclusive" ? moreSeeds(test, difference) : undefined;
  return {
    verdict,
    reason: [reason, moreText(test, difference, more), leftOutText(pairs)].filter(Boolean).join(
      "; ",
    ),
    n: difference.n,
    ours: oursText(protocol.metric, difference),
    protocolDifferences: differences,
    ...differenceToPublished(test, difference),
    ...(more !== undefined && Number.isFinite(more) ? { moreSeeds: more } : {}),
  };
}

/** What there is of a comparison whose cells did not all end well. */
function undecided(
  failures: string,
  { metric }: Protocol,
  difference: PairedDifference,
  protocolDifferences: string[],
): Finding {
  return {
    verdict: "inconclusive",
    reason: `no verdict: ${failures}, and the other seeds are those that went well`,
    n: difference.n,
    ours: oursText(metric, difference),
    protocolDifferences,
  };
}

function failuresText(
  { contrast: { weights } }: SeedTest,
  result: Result,
  { leftOut }: SeedValues,
): string {
  const texts = Object.keys(weights).flatMap((name) => {
    const seeds = leftOut.map(({ seed }) => seed)
      .filter((seed) => hasFailed(findCell(result, name, seed)));
    return seeds.length === 0 ? [] : [`${name} failed with seed ${seeds.join(", ")}`];
  });
  return texts.join("; ");
}

function verdictOf(
  test: SeedTest,
  pairs: SeedValues,
  difference: PairedDifference,
  proxy: boolean,
): Outcome {
  const { n, interval } = difference;
  if (interval === undefined || n < test.seedsNeeded) {
    const reason = `${counted(n, "seed")} of the ${test.seedsNeeded} that a verdict wants`;
    return { verdict: "inconclusive", reason };
  }
  if (test.kind === "equivalence") return equivalenceVerdict(test, pairs);
  const { low, high } = test.direction === 1
    ? interval
    : { low: -interval.high, high: -interval.low };
  if (low > 0) {
    return { verdict: "reproduced", reason: "the interval lies on the claimed side of 0" };
  }
  if (high < 0) {
    return { verdict: "not reproduced", reason: "the interval lies on the other side of 0" };
  }
  if (!proxy && test.published !== undefined && high < Math.abs(test.published)) {
    const reason = "the interval holds 0 and ends below the published number";
    return { verdict: "not reproduced", reason };
  }
  return { verdict: "inconclusive", reason: "the interval holds 0" };
}

function equivalenceVerdict({ margin }: EquivalenceTest, { values }: SeedValues): Outcome {
  const tested = equivalence(values, margin);
  if (tested === undefined) return { verdict: "inconclusive", reason: "no interval" };
  const { interval, equivalent } = tested;
  const shown = `the 90 % interval ${bounds(interval, 2)}`;
  if (equivalent) return { verdict: "reproduced", reason: `${shown} lies within ±${margin}` };
  if (interval.low > margin || interval.high < -margin) {
    return { verdict: "not reproduced", reason: `${shown} lies outside of ±${margin}` };
  }
  return { verdict: "inconclusive", reason: `${shown} crosses ±${margin}` };
}

/** The difference that more seeds are to show: the published one, or else that observed. */
function sizeToSee(test: SeedTest, { mean }: PairedDifference): number {
  return Math.abs(test.kind === "equivalence" ? test.margin : test.published ?? mean);
}

function moreSeeds(test: SeedTest, difference: PairedDifference): number | undefined {
  const { n, sd } = difference;
  const atLeast = Math.max(test.seedsNeeded - n, 0);
  if (Number.isNaN(sd)) return atLeast;
  const size = sizeToSee(test, difference);
  if (size === 0) return undefined;
  // Where there is no difference at all, both one-sided tests must succeed nine times in ten.
  const errors = test.kind === "equivalence" ? { alpha: 0.1, power: 0.9 } : {};
  return Math.max(atLeast, pairsNeeded({ difference: size, sd, ...errors }) - n);
}

function moreText(test: SeedTest, difference: PairedDifference, more?: number): string {
  if (more === undefined) return "";
  if (Number.isNaN(difference.sd)) return `at least ${counted(more, "more seed")} needed`;
  const size = fixed(sizeToSee(test, difference), 2);
  const aim = test.kind === "equivalence" ? `equality within ±${size}` : `a difference of ${size}`;
  if (more === 0) return `these seeds would show ${aim} four times in five`;
  if (!Number.isFinite(more)) return `10,000 seeds would not show ${aim}`;
  return `${counted(more, "more seed")} would show ${aim} four times in five`;
}

function leftOutText({ leftOut }: SeedValues): string {
  return leftOut.map(({ seed, reason }) => `seed ${seed} left out: ${reason}`).join("; ");
}

function oursText(metric: string, { n, mean, interval }: PairedDifference): string {
  const range = interval === undefined ? "no interval" : bounds(interval, 2);
  return `${signed(mean, 2)} ${unit(metric)}, ${range}, n = ${n}`;
}

function unit(metric: string): string {
  return metric === "mIoU" ? "mIoU" : metric === "top1" ? "points" : metric;
}

function differenceToPublished(test: SeedTest, { mean }: PairedDifference): Partial<ClaimRow> {
  if (test.kind === "equivalence" || test.published === undefined) return {};
  return { difference: signed(mean - test.published, 2) };
}
