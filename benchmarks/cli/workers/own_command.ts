import config from "../../../deno.json" with { type: "json" };

/** What Deno can be asked for, by the names of its flags. */
const permissions = [
  "read",
  "write",
  "env",
  "ffi",
  "sys",
  "run",
  "net",
] as const satisfies Deno.PermissionName[];

/** Of the project's root, which a task's paths are relative to. */
const root = new URL("../../../", import.meta.url);

/**
 * The arguments by which Deno runs this very program again, with the same words behind it: with all of
 * a permission where this process has all of it, else with what the program's task has. A process can't
 * ask Deno what else it was started with.
 *
 * @param main the program
 * @param words what stands behind it
 */
export function ownArguments(
  main: string = Deno.mainModule,
  words: readonly string[] = Deno.args,
): string[] {
  const flags = flagsOf(main);
  const allowed = permissions.flatMap((name) => {
    const { state } = Deno.permissions.querySync({ name } as Deno.PermissionDescriptor);
    if (state === "granted") return [`--allow-${name}`];
    return flags.filter((flag) => flag.split("=")[0] === `--allow-${name}`);
  });
  const preloads = flags.filter((flag) => flag.startsWith("--preload="))
    .map((flag) => `--preload=${new URL(flag.slice("--preload=".length), root).href}`);
  // Deno's own lines, of locks that processes wait for, say nothing to whoever asked for several.
  return ["run", "--quiet", "--no-prompt", ...preloads, ...allowed, main, ...words];
}

/** The flags of the task that runs a program. */
function flagsOf(main: string): string[] {
  const command = Object.values(config.tasks).map(({ command }) => command.split(" "))
    .find((words) => words[1] === "run" && main === new URL(words.at(-1)!, root).href);
  return command?.filter((word) => word.startsWith("--")) ?? [];
}
