/**
 * The one way in which this project calls git. Nothing of the caller's environment reaches it but
 * where its configuration and the programs of its filters lie: in a hook, `GIT_…` variables name
 * another folder. Of the configuration, what would start programs that nobody asked for is off.
 * Filters alone are run, where git reads or writes a file that has one: with Git LFS, files would not
 * be what they are without.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** The checkout that this program is part of. */
export const repository: string = fileURLToPath(new URL("../..", import.meta.url));

/** No pager, no lock that is in another git's way, no file system monitor, no hooks. */
const options = [
  ...["--no-pager", "--no-optional-locks"],
  ...["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"],
];

/**
 * Runs git to its end.
 *
 * @param args the arguments
 * @param cwd the folder that it looks at
 * @param env variables beside `HOME` and `PATH`
 * @returns whether it succeeded, and what it wrote
 * @throws {Deno.errors.NotFound | Deno.errors.NotCapable} if there is no git, or it may not be run
 */
export async function runGit(
  args: readonly string[],
  cwd: string = repository,
  env: Readonly<Record<string, string>> = {},
): Promise<Deno.CommandOutput> {
  return await new Deno.Command("git", {
    args: [...options, ...args],
    cwd,
    clearEnv: true,
    env: { ...inherited(), ...env },
    stdin: "null",
  }).output();
}

/** What may not be read is done without. */
function inherited(): Record<string, string> {
  const names = ["HOME", "PATH"].filter((name) =>
    Deno.permissions.querySync({ name: "env", variable: name }).state === "granted"
  );
  return Object.fromEntries(names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value ? [[name, value]] : [];
  }));
}
