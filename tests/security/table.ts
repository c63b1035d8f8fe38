/** The table of docs/security.md, read as data. */
import type { Permission } from "../task_permissions.ts";

/** One permission of one task, as the table has it. */
export interface Entry extends Permission {
  readonly task: string;
  /** What happens without it. */
  readonly without: string;
}

/** The tasks that the table calls suites. */
export const suites: readonly string[] = [
  "ade20k",
  "imagenet",
  "norms",
  "microbatch",
  "smoothness",
].map((name) => `bench:${name}`);

/** Every entry of the table. */
export function entriesOf(document: string): Entry[] {
  const { 1: body = "" } = /\n\| permission .*\n\| -.*\n((?:\|.*\n)+)/.exec(document) ?? [];
  return body.trimEnd().split("\n").flatMap((row) => {
    const [permission = "", tasks = "", _what, without = ""] = row.split("|").slice(1, -1)
      .map((cell) => cell.trim());
    const [kind = "", ...names] = [...permission.matchAll(/`([^`]+)`/g)].map(([, word]) => word!);
    const list = tasks.split(", ").flatMap((task) => task === "suites" ? suites : task);
    return list.flatMap((task) =>
      names.length === 0
        ? [{ task, kind, without }]
        : names.map((name) => ({ task, kind, name, without }))
    );
  });
}
