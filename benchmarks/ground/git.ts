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
import { reasonOf } from "../../datasets/errors.ts";
import { UsageError } from "./errors.ts";

/** The checkout that this program is part of. */
export const repository: string = fileURLToPath(new URL("../..", import.meta.url));

/** No pager, no lock that is in another git's way, no file system monitor, no hooks. */
const options = [
  ...["--no-pager", "--no-optional-locks"],
  ...["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"],
];

/**
 * Runs git.
 *
 * @param env variables beside `HOME` and `PATH`
 * @returns what it printed, without the last line's end
 * @throws {UsageError} if there is no git, it may not be run, or it fails: with its last complaint
 */
export async function git(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd: string = repository,
): Promise<string> {
  const { success, stdout, stderr } = await run(args, env, cwd);
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trimEnd();
  if (success) return text(stdout);
  const complaint = text(stderr).split("\n").at(-1) ?? "";
  throw new UsageError(`Cannot ask git for "${args.join(" ")}": ${complaint}`);
}

async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<Deno.CommandOutput> {
  try {
    return await new Deno.Command("git", {
      args: [...options, ...args],
      cwd,
      clearEnv: true,
      env: { ...inherited(), ...env },
      stdin: "null",
    }).output();
  } catch (error) {
    throw new UsageError(`Cannot run git: ${reasonOf(error)}`, { cause: error });
  }
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
