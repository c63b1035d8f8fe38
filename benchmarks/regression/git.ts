/**
 * What is asked of git. None of the caller's `GIT_…` variables reach it: in a hook they name another
 * folder.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { reasonOf } from "../../datasets/errors.ts";
import { UsageError } from "../errors.ts";

/** The checkout that this program is part of. */
export const repository: string = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Runs git in the repository, without its hooks.
 *
 * @param args the arguments
 * @param env variables beside `HOME` and `PATH`
 * @returns what it printed, without the last line's end
 * @throws {UsageError} if there is no git, or it fails: with its last complaint
 */
export async function git(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  const options: Deno.CommandOptions = {
    args: ["-c", "core.hooksPath=/dev/null", ...args],
    cwd: repository,
    clearEnv: true,
    env: { ...inherited(), ...env },
    stdin: "null",
  };
  const { success, stdout, stderr } = await output(options);
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trimEnd();
  if (success) return text(stdout);
  const complaint = text(stderr).split("\n").at(-1) ?? "";
  throw new UsageError(`Cannot ask git for "${args.join(" ")}": ${complaint}`);
}

async function output(options: Deno.CommandOptions): Promise<Deno.CommandOutput> {
  try {
    return await new Deno.Command("git", options).output();
  } catch (error) {
    throw new UsageError(`Cannot run git: ${reasonOf(error)}`, { cause: error });
  }
}

/** Where git's configuration and the programs of its filters lie. */
function inherited(): Record<string, string> {
  const values = ["HOME", "PATH"].map((name) => [name, Deno.env.get(name)] as const);
  return Object.fromEntries(values.flatMap(([name, value]) => value ? [[name, value]] : []));
}
