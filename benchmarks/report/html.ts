/**
 * `report.html`: the whole result as one page that needs nothing else, no network either.
 *
 * @module
 */
import type { Result } from "../record/mod.ts";
import { hasCurves } from "./curves.ts";
import type { ReportFile } from "./exporter.ts";
import { armSection, classSection, differenceSection, metricSection } from "./html/accuracy.ts";
import { curveFigures } from "./html/charts.ts";
import { claimSection } from "./html/claims.ts";
import { header } from "./html/head.ts";
import { page, type Section } from "./html/page.ts";
import { panelSection } from "./html/panels.ts";
import { cellSection, environmentSection, repeatSection, warningSection } from "./html/run.ts";
import { speedSection } from "./html/speed.ts";

/**
 * The page of a result, at most a megabyte.
 *
 * @param result the result
 */
export async function htmlFiles(result: Result): Promise<ReportFile[]> {
  const sections = [
    warningSection(result),
    armSection(result),
    metricSection(result),
    await differenceSection(result),
    await curveSection(result),
    await speedSection(result),
    panelSection(result),
    classSection(result),
    claimSection(result),
    cellSection(result),
    environmentSection(result),
    repeatSection(result),
  ].filter((section) => section !== undefined);
  return [{ path: "report.html", content: await page(result.title, header(result), sections) }];
}

async function curveSection(result: Result): Promise<Section | undefined> {
  if (!hasCurves(result)) return undefined;
  return { id: "curves", title: "Learning curves", body: await curveFigures(result) };
}
