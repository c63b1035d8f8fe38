/** What the tasks of deno.json are allowed, as data. */
import config from "../deno.json" with { type: "json" };

/** One permission, such as `{ kind: "env", name: "HOME" }`; without a name, all of its kind. */
export interface Permission {
  readonly kind: string;
  readonly name?: string;
}

/** A task that runs a program by `deno run`, `deno bench` or `deno test`. */
export interface ProgramTask {
  readonly name: string;
  /** All words before the program that are no permissions, such as `--preload=…`. */
  readonly options: readonly string[];
  readonly permissions: readonly Permission[];
  readonly program: string;
}

/** The names of all tasks. */
export const taskNames: readonly string[] = Object.keys(config.tasks);

/** The task of this name, if it is one program. */
export function programTask(name: string): ProgramTask | undefined {
  const { command } = config.tasks[name as keyof typeof config.tasks];
  const [deno, verb, ...words] = command.split(" ");
  if (deno !== "deno" || !["run", "bench", "test"].includes(verb!)) return undefined;
  if (command.includes("&&")) return undefined;
  const flags = words.filter((word) => word.startsWith("--"));
  return {
    name,
    options: [verb!, ...flags.filter((flag) => !flag.startsWith("--allow-"))],
    permissions: flags.flatMap(permissionsIn),
    program: words.at(-1)!,
  };
}

function permissionsIn(flag: string): Permission[] {
  const { 1: kind, 2: list } = /^--allow-([a-z]+)(?:=(.*))?$/.exec(flag) ?? [];
  if (kind === undefined) return [];
  return list === undefined ? [{ kind }] : list.split(",").map((name) => ({ kind, name }));
}

/** Permissions as flags. */
export function flagsOf(permissions: readonly Permission[]): string[] {
  const kinds = Map.groupBy(permissions, ({ kind }) => kind);
  return [...kinds].map(([kind, list]) =>
    list.some(({ name }) => name === undefined)
      ? `--allow-${kind}`
      : `--allow-${kind}=${list.map(({ name }) => name).join(",")}`
  );
}

/** The flags of a task: exactly what it may do, and no prompt. */
export function taskFlags(name: string): string[] {
  return ["--no-prompt", ...flagsOf(programTask(name)!.permissions)];
}
