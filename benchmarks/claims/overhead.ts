/**
 * The claim on throughput, judged by steps that were timed in turn.
 *
 * @module
 */
import { bounds, fixed, signed } from "../report/format.ts";
import type { Result } from "../result.ts";
import { addedTime } from "../statistics/added_time.ts";
import { fewestForBootstrap } from "../statistics/bootstrap.ts";
import type { Interval } from "../statistics/paired_t.ts";
import { protocolDifferences } from "./protocol.ts";
import { type Finding, notRun, type Outcome } from "./row.ts";
import type { OverheadTest } from "./table.ts";

/**
 * Whether the added step time lies within the margin.
 *
 * @param test the claim's contrast and margin
 * @param result the run
 */
export function judgeOverhead(test: OverheadTest, result: Result): Finding {
  const record = result.overhead?.find(({ arm, baseline }) =>
    arm === test.arm && baseline === test.minus
  );
  if (record === undefined || record.pairs.length === 0) {
    return notRun("no steps were timed in turn");
  }
  const { n, percent, interval } = addedTime(record.pairs);
  const range = interval === undefined ? "no interval" : bounds(interval, 1);
  return {
    ...outcome(test.margin, n, interval),
    n,
    ours: `${signed(percent, 1)} % of a step, ${range}, n = ${n}`,
    protocolDifferences: differences(test, result),
  };
}

function outcome(margin: number, n: number, interval: Interval | undefined): Outcome {
  if (interval === undefined) {
    const reason = `${n} of the ${fewestForBootstrap} pairs of steps that an interval wants`;
    return { verdict: "inconclusive", reason };
  }
  const { low, high } = interval;
  const bound = `±${fixed(margin, 0)} %`;
  if (low > -margin && high < margin) {
    return { verdict: "reproduced", reason: `the interval lies within ${bound}` };
  }
  if (low > margin || high < -margin) {
    return { verdict: "not reproduced", reason: `the interval lies outside of ${bound}` };
  }
  return { verdict: "inconclusive", reason: `the interval crosses ${bound}` };
}

function differences({ protocols }: OverheadTest, result: Result): string[] {
  const protocol = protocols[result.suite];
  const { backend, cpu, gpu = cpu } = result.environment;
  const hardware = gpu.includes("A100") ? [] : [`timed on ${gpu} by ${backend}, not on A100s`];
  return [...hardware, ...(protocol === undefined ? [] : protocolDifferences(result, protocol))];
}
