/**
 * The section on throughput, memory and the overhead of each arm.
 *
 * @module
 */
import type { Result } from "../../record/mod.ts";
import type { IntervalRow } from "../charts/interval_chart.ts";
import { fixed } from "../../ground/format.ts";
import { addedText, speedNote, speedsOf } from "../speed.ts";
import { intervalFigure } from "./charts.ts";
import { markup } from "./markup.ts";
import type { Section } from "./page.ts";
import { dataTable, numberCell, numbersBy, type TableRow } from "./table.ts";

/** More dots than this would be a smear. */
const mostDots = 60;

/** Images a second, step times, memory, and the step time that an arm adds. */
export async function speedSection(result: Result): Promise<Section> {
  const speeds = speedsOf(result);
  const rows = speeds.map((speed): TableRow => [
    speed.row.label,
    numberCell(speed.imagesPerSecond, fixed(speed.imagesPerSecond, 1)),
    numberCell(speed.stepMs, fixed(speed.stepMs, 1)),
    numberCell(speed.peakBytes, fixed(speed.peakBytes / 1e6, 0)),
    { shows: addedText(speed, result), by: speed.added?.percent ?? NaN },
  ]);
  const titles = ["images/s", "step (ms)", "peak memory (MB)", "added step time"];
  const chart = await intervalFigure(
    overheadRows(result),
    "added step time (%)",
    "Added step time by arm: pairs of steps, their median, and its 95 % interval",
  );
  const table = dataTable("Speed and memory by arm", numbersBy("arm", titles), rows);
  const body = markup`${chart}${table}<p class="note">${speedNote}</p>`;
  return { id: "speed", title: "Speed", body };
}

function overheadRows(result: Result): IntervalRow[] {
  return speedsOf(result).flatMap(({ row, added }) => {
    if (added === undefined) return [];
    const { pairs = [] } = result.overhead?.find(({ arm }) => arm === row.arm) ?? {};
    const percents = pairs.map(({ baselineMs, armMs }) => (armMs / baselineMs - 1) * 100);
    return [{
      label: row.label,
      value: added.percent,
      values: percents.length > mostDots ? [] : percents,
      ...(added.interval !== undefined && { interval: added.interval }),
    }];
  });
}
