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
}

/** How much of an error's words findings quote. */
const quoted = 3;

/**
 * Findings of problems of single files: those with the same words but for names and numbers are one.
 *
 * @param problems all of them
 */
export function fileFindings(problems: readonly FileProblem[]): Finding[] {
  const groups = Map.groupBy(problems, ({ code, reason }) => `${code} ${patternOf(reason)}`);
  return [...groups.values()].map((group): Finding => {
    const { code, reason } = group[0]!;
    const { said, advice } = partsOf(reason);
    const message = group.length === 1 ? said : `${counted(group.length, "time")}: ${said}`;
    return { level: "wrong", code, message, advice, items: group.map(({ reason }) => reason) };
  }).sort((a, b) => b.items.length - a.items.length);
}

/** An error's words without what differs from file to file. */
function patternOf(reason: string): string {
  const words = reason.split(" ");
  return words.filter((word) => !/[/\\.]\w|\d/.test(word)).join(" ");
}

/** "Cannot read F as it is damaged: copy it again" is what was seen, and what to do. */
function partsOf(reason: string): { said: string; advice: string } {
  const colon = reason.search(/: (?!.*: )/);
  if (colon < 0) return { said: reason, advice: "" };
  const advice = reason.slice(colon + 2);
  return { said: reason.slice(0, colon), advice: advice[0]!.toUpperCase() + advice.slice(1) };
}

/** Files of a finding as a report shows them. */
export function itemsText({ items }: Finding): string[] {
  return items.length === 1 ? [] : firstOf(items, quoted);
}
