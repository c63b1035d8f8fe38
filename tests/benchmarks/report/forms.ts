/** A record's report in one of its forms. */
import type { AnyRecord } from "../../../benchmarks/record/mod.ts";
import { documentOf } from "../../../benchmarks/report/mod.ts";
import { html } from "../../../benchmarks/report/render/html.ts";
import { latex } from "../../../benchmarks/report/render/latex.ts";
import { markdown } from "../../../benchmarks/report/render/markdown.ts";

/** `report.md`. */
export function markdownOf(record: AnyRecord): string {
  return markdown(documentOf(record));
}

/** `report.html`. */
export function htmlOf(record: AnyRecord): Promise<string> {
  return html(documentOf(record));
}

/** `report.tex`. */
export function latexOf(record: AnyRecord): string | undefined {
  return latex(documentOf(record));
}
