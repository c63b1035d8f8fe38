/**
 * Whether two runs are of one comparison, so that their cells belong together.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import type { Json, Result } from "./mod.ts";

/**
 * The first thing that keeps two runs from being of one comparison, whose cells can be merged.
 *
 * @param first a run, such as that which lies in the folder
 * @param second another, such as that which is asked for
 * @returns its name with both values, where they are short; nothing where there is no such thing
 */
export function differenceOf(first: Result, second: Result): string | undefined {
  const [name, ...values] = facts(first, second).find(([, a, b]) => !isDeepStrictEqual(a, b)) ?? [];
  if (name === undefined) return undefined;
  const [a = "", b = ""] = values.map(shortText);
  return a !== "" && b !== "" && a !== b ? `${name} (${a} and ${b})` : name;
}

/** What stands in the configuration without being a setting that can be asked for. */
const explained: Readonly<Record<string, string>> = {
  modelSeedOf0:
    "the seed that --model is given for seed 0, as one of them is of an earlier version",
};

/** What must be alike, each with both values, in the order in which it is told. */
function facts(a: Result, b: Result): [string, Json | undefined, Json | undefined][] {
  const keys = [...new Set([...Object.keys(a.config), ...Object.keys(b.config)])];
  return [
    ["suite", a.suite, b.suite],
    ["arms", a.arms.map(({ name }) => name), b.arms.map(({ name }) => name)],
    ["definition of the arms", definitions(a), definitions(b)],
    ...keys.map((key): [string, Json | undefined, Json | undefined] => [
      explained[key] ?? `config.${key}`,
      a.config[key],
      b.config[key],
    ]),
    ["data", a.data.name, b.data.name],
    ["data (SHA-256)", a.data.identity, b.data.identity],
    ["backend", a.environment.backend, b.environment.backend],
  ];
}

function definitions({ arms }: Result): Json {
  return arms.map((arm) => ({ ...arm }));
}

/** A value in a line; nothing where that would be long. */
function shortText(value: Json | undefined): string {
  const text = value === undefined ? "none" : JSON.stringify(value);
  return text.length <= 80 ? text : "";
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
