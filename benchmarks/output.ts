import { isDeepStrictEqual } from "node:util";
import { UsageError } from "./errors.ts";
import type { Result } from "./result.ts";

/**
 * Fails unless two runs are of the same comparison, so that their cells can be merged.
 *
 * @param earlier a run, such as that which lies in the folder
 * @param now another, such as that which is asked for
 * @throws {UsageError} naming the first thing that differs
 */
export function checkSameRun(earlier: Result, now: Result): void {
  const differs =
    (["suite", "config", "arms"] as const).find((field) =>
      !isDeepStrictEqual(earlier[field], now[field])
    ) ?? (earlier.data.identity !== now.data.identity
      ? "data"
      : earlier.environment.backend !== now.environment.backend
      ? "backend"
      : undefined);
  if (differs === undefined) return;
  throw new UsageError(
    `Cannot go on with a run that has another ${differs}: ` +
      "ask for the same, or write elsewhere with --out DIR",
  );
}

/**
 * The commands that repeat two runs of one comparison, a line each.
 *
 * @param earlier a run's command or commands
 * @param now another's; `--resume` adds nothing to a command that is there
 */
export function joinCommands(earlier: string, now: string): string {
  const plain = (command: string) => command.replace(/ --resume(?= |$)/, "");
  const lines = [...earlier.split("\n"), ...now.split("\n")].map(plain);
  return [...new Set(lines)].join("\n");
}
