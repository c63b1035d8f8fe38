/**
 * Reports as a comment on a pull request: what changed, in a sentence, then the figures.
 *
 * @module
 */
import { fitted } from "./fit.ts";
import { oneLine } from "../ground/format.ts";
import { plain, unescaped, unlinked } from "./render/markdown.ts";
import { escapeHtml } from "./render/markup.ts";

/** GitHub's limit for a comment is 65,536. */
const mostCharacters = 65_000;

const leftOut = "_Too long to stand here: the uploaded reports have it._";

/** What a comment is made of. */
export interface CommentOptions {
  /** The title; comments of the same title replace each other. */
  title: string;
  /** Where the whole reports are. */
  link?: string;
  /** The full hashes of the commits compared, which GitHub turns into links. */
  commits?: { base: string; head: string };
  /** Reports in Markdown: the first is shown in full, the others are folded below their heading. */
  reports: readonly string[];
}

/**
 * The text of a comment. Its first line identifies it. Left to the reports: pictures, which a
 * comment cannot hold; machine and command, which are the runner's; and what would be too long.
 *
 * @returns Markdown of at most 65,000 characters
 */
export function commentText({ title, link = "", commits, reports }: CommentOptions): string {
  const [first, ...others] = reports;
  const isKnown = commits !== undefined && isCommit(commits.base) && isCommit(commits.head);
  const blocks = [
    `<!-- weight-standardization: ${title.replace(/[^\w .-]|--/g, "_").slice(0, 100)} -->`,
    `## ${plain(oneLine(title))}`,
    ...(isKnown ? [`From ${commits.base} to ${commits.head}`] : []),
    ...(first === undefined ? ["No report was written: the log of the job says why."] : []),
    ...(first === undefined ? [] : blocksOf(first)),
    ...others.flatMap(folded),
    ...(/^https:\/\/[\w.:/-]+$/.test(link) ? [`[Whole reports, with curves](${link})`] : []),
  ];
  const room = mostCharacters - 2 * blocks.length;
  return `${fitted(blocks, room, leftOut).join("\n\n")}\n`;
}

function isCommit(text: string): boolean {
  return /^[0-9a-f]{7,64}$/.test(text);
}

function folded(report: string): string[] {
  const [heading = "", ...rest] = blocksOf(report);
  const summary = escapeHtml(unlinked(oneLine(unescaped(heading.replace(/^#+ /, "")))));
  return [`<details><summary>${summary}</summary>`, ...rest, "</details>"];
}

/** Sections about a picture, or about the runner's machine and command. */
const leftToReports: ReadonlySet<string> = new Set(
  ["Learning curves", "Predictions", "Environment", "How to repeat it"].map((title) =>
    `## ${title}`
  ),
);

/** Paragraphs, tables and headings, without pictures. */
function blocksOf(report: string): string[] {
  const blocks: string[] = [];
  let shown = true;
  for (const block of report.trim().split(/\n{2,}/)) {
    if (/^##? /.test(block)) shown = !leftToReports.has(block);
    if (shown && !/^(<picture>|!\[)/.test(block)) blocks.push(block);
  }
  return blocks;
}
