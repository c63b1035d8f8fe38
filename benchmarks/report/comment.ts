/**
 * Reports as a comment on a pull request.
 *
 * @module
 */
import { fitted } from "./fit.ts";
import { oneLine } from "../ground/format.ts";
import { escapeHtml } from "./html/markup.ts";
import { plain, unescaped } from "./markdown/table.ts";

/** GitHub takes 65,536 in a comment. */
const mostCharacters = 65_000;

const leftOut = "_Too long to stand here: the uploaded reports have it._";

/** What a comment is made of. */
export interface CommentOptions {
  /** The title; comments of the same title replace each other. */
  title: string;
  /** Where the whole reports are. */
  link?: string;
  /** Reports in Markdown: the first stands open, the others are folded below their heading. */
  reports: readonly string[];
}

/**
 * The text of a comment. Its first line tells it from others; pictures, which a comment cannot hold,
 * are left to the reports, and what would be too long as well.
 *
 * @param options title, link and reports
 * @returns Markdown of at most 65,000 characters
 */
export function commentText({ title, link = "", reports }: CommentOptions): string {
  const [first, ...others] = reports;
  const blocks = [
    `<!-- weight-standardization: ${title.replace(/[^\w .-]|--/g, "_").slice(0, 100)} -->`,
    `## ${plain(title)}`,
    ...(first === undefined ? ["No report was written: the log of the job says why."] : []),
    ...(first === undefined ? [] : blocksOf(first)),
    ...others.flatMap(folded),
    ...(/^https:\/\/[\w.:/-]+$/.test(link) ? [`[Whole reports, with curves](${link})`] : []),
  ];
  const room = mostCharacters - 2 * blocks.length;
  return `${fitted(blocks, room, leftOut).join("\n\n")}\n`;
}

function folded(report: string): string[] {
  const [heading = "", ...rest] = blocksOf(report);
  const summary = escapeHtml(oneLine(unescaped(heading.replace(/^#+ /, ""))));
  return [`<details><summary>${summary}</summary>`, ...rest, "</details>"];
}

/** Sections that show a picture and explain it. */
const pictureSections: ReadonlySet<string> = new Set(["## Learning curves", "## Predictions"]);

/** Paragraphs, tables and headings, without pictures. */
function blocksOf(report: string): string[] {
  const blocks: string[] = [];
  let shown = true;
  for (const block of report.trim().split(/\n{2,}/)) {
    if (block.startsWith("#")) shown = !pictureSections.has(block);
    if (shown && !/^(<picture>|!\[)/.test(block)) blocks.push(block);
  }
  return blocks;
}
