/**
 * What a check finds.
 *
 * @module
 */
import { counted, grouped } from "../ground/format.ts";

/** Something that a user should know of a set. */
export interface Finding {
  /** Whether it must be put right, or may be meant so. */
  level: "wrong" | "odd";
  /** A word for programs. */
  code: string;
  message: string;
  /** What to do. */
  advice: string;
  /** Files or images that it is about, all of them. */
  items: readonly string[];
}

/** Items that are shown; the tables have all. */
const shownItems = 5;

/** The first items of a list, and how many more there are. */
export function firstOf(items: readonly string[], most: number = shownItems): string[] {
  const rest = items.length - most;
  return rest > 0 ? [...items.slice(0, most), `and ${grouped(rest)} more`] : [...items];
}

/** A problem of a single file. */
export interface FileProblem {
  code: string;
  /** An error's words: the file, what was seen, what to do. */
  reason: string;
  /** The file; none where its name alone is the problem. */
  file?: string;
}

/**
 * Findings of problems of single files: those with the same words but for names and numbers are one,
 * in the words of the first.
 *
 * @param problems all of them
 */
export function fileFindings(problems: readonly FileProblem[]): Finding[] {
  const groups = Map.groupBy(problems, ({ code, reason }) => `${code} ${patternOf(reason)}`);
  return [...groups.values()].map((group): Finding => {
    const { code, reason } = group[0]!;
    const such = group.length === 1 ? "" : `${counted(group.length, "file")}, such as: `;
    const items = group.map(({ file, reason }) => file ?? reason);
    return { level: "wrong", code, message: such + reason, advice: "", items };
  }).sort((a, b) => b.items.length - a.items.length);
}

/** An error's words without what differs from file to file. */
function patternOf(reason: string): string {
  return reason.split(" ").filter((word) => !/[/\\.]\w|\d/.test(word)).join(" ");
}

/** What a report shows of a finding's items: those that its message does not name. */
export function itemsText({ message, items }: Finding): string[] {
  return firstOf(items.filter((item) => !message.includes(item)));
}
