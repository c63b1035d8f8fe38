/**
 * A run held against the published claims.
 *
 * @module
 */
import type { Claim } from "../../experiments/claims/claim.ts";
import { halves } from "../../experiments/arms/arm_settings.ts";
import { claims } from "../../experiments/claims/table.ts";
import type { Result } from "../../record/mod.ts";
import { idleArms } from "../warnings/mod.ts";
import { armDifferences } from "./protocol.ts";
import { withThroughput } from "./arm_throughput.ts";
import { type ClaimRow, type Finding, notRun } from "./row.ts";
import { judgeSeeds } from "./seeds.ts";
import { judgeStepTime } from "./step_time.ts";

/**
 * One row for each of the claims C1 to C10. Generated data never yield a verdict; nor do pilots, fewer
 * seeds than a claim needs, an arm that standardized nothing, or a cell that failed: that it
 * diverged says something of its arm, and the pairs that are left would not. A claim of two parts, as
 * C5 with its throughput, is refuted by one of them, whatever seeds the other wants.
 *
 * There is no correction for the number of claims. Each was published by itself and is judged by
 * itself, nothing follows from any one of them being borne out, and a verdict must not depend on
 * which other claims a run happens to test.
 */
export function judge(result: Result): ClaimRow[] {
  return claims.map((claim) => {
    const { id, statement, source, published } = claim;
    return { id, statement, source, published, ...find(claim, result) };
  });
}

function find(claim: Claim, result: Result): Finding {
  const { arms, given, without, throughput } = claim;
  const protocol = claim.test.protocols[result.suite];
  if (protocol === undefined) {
    return notRun(`not part of the ${result.suite} suite: it takes ${claim.needs}`);
  }
  const { contrast = claim.test.contrast } = protocol;
  const test = { ...claim.test, contrast };
  if (hasOwnArms(result)) return notRun("the arms are of a user's own module");
  if (result.data.pilotShare !== undefined) {
    return notRun("a pilot: it was evaluated on held-out training images");
  }
  const names = Object.keys(test.contrast.weights);
  const missing = names.find((name) => !result.arms.some((arm) => arm.name === name));
  if (result.data.generated && missing === undefined) {
    return { ...notRun("generated data"), verdict: "no verdict" };
  }
  if (result.data.trainingCount === 0) return notRun("nothing was trained");
  if (missing !== undefined) {
    const isOfSet = arms !== undefined && arms !== result.suite && protocol.contrast === undefined;
    const hint = isOfSet ? `; --arms ${arms} has it` : "";
    return notRun(`this run has no arm "${missing}"${hint}`);
  }
  if (given !== undefined && !result.config[given]) return notRun(`no ${given} were given`);
  const warned = result.warnings.find(({ code }) => code === without);
  if (warned !== undefined) return notRun(warned.message);
  if (result.warnings.some(({ code }) => code === "trained-on-validation")) {
    return notRun("validation images were trained on");
  }
  const variant = String(result.config.variant ?? "");
  if (halves.includes(variant)) return notRun(`variant=${variant} is half of WS`);
  const idle = idleArms(result).find((name) => names.includes(name));
  if (idle !== undefined) return notRun(`the arm "${idle}" standardized nothing`);
  const other = names.find((name) => isOther(name, result));
  if (other !== undefined) {
    const seen = isStandardized(other) ? "standardizes nothing" : "standardizes kernels";
    return notRun(`the arm "${other}" is another one than the claim's: it ${seen}`);
  }
  const trained = test.kind === "stepTime"
    ? judgeStepTime(test, result, protocol)
    : judgeSeeds(test, result, protocol);
  const finding = throughput === undefined ? trained : withThroughput(trained, throughput, result);
  const differences = finding.verdict === "not run"
    ? []
    : armDifferences(result, { ...claim, test });
  return {
    ...finding,
    protocolDifferences: [...finding.protocolDifferences, ...differences],
  };
}

/** Whether the arms are a user's own, to which no published claim applies, whatever their names. */
export function hasOwnArms({ suite, source }: Result): boolean {
  return suite === "compare" || source !== undefined;
}

/** Before version 2 a record did not say whose arms it has: its user's may have a claim's names. */
function isOther(name: string, { cells }: Result): boolean {
  return cells.some(({ arm, status, standardizedCount }) =>
    arm === name && status === "done" && (standardizedCount > 0) !== isStandardized(name)
  );
}

/** `ws`, `gn-ws`, `ws-regularized`. */
function isStandardized(arm: string): boolean {
  return arm.split("-").includes("ws");
}
