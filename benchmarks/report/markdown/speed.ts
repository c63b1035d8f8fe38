/**
 * The section on throughput, memory and the overhead of each arm.
 *
 * @module
 */
import type { Result } from "../../record/mod.ts";
import { fixed } from "../../ground/format.ts";
import { addedText, speedNote, speedsOf } from "../speed.ts";
import { plain, table } from "./table.ts";

/** Images a second, step times, memory, and the step time that an arm adds. */
export function speedSections(result: Result): string[] {
  const header = ["arm", "images/s", "step (ms)", "peak memory (MB)", "added step time"];
  const rows = speedsOf(result).map((speed) => [
    plain(speed.row.label),
    fixed(speed.imagesPerSecond, 1),
    fixed(speed.stepMs, 1),
    fixed(speed.peakBytes / 1e6, 0),
    addedText(speed, result),
  ]);
  return ["## Speed", table(header, rows), speedNote];
}
