import type { Document } from "./document.ts";
import { html } from "./render/html.ts";
import { latex } from "./render/latex.ts";
import { markdown } from "./render/markdown.ts";

/** A form of a document: its file, and what renders it. */
interface Form {
  path: string;
  /** Nothing where the document has no such form: LaTeX wants a table for a paper. */
  render(document: Document): string | undefined | Promise<string>;
}

/** The forms that a report has. */
export const forms: readonly Form[] = [
  { path: "report.md", render: markdown },
  { path: "report.html", render: html },
  { path: "report.tex", render: latex },
];
