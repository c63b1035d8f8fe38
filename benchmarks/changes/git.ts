import { reasonOf } from "../../datasets/errors.ts";
import { UsageError } from "../ground/errors.ts";
import { repository, runGit } from "../ground/git.ts";

/**
 * Runs git in the repository.
 *
 * @param args the arguments
 * @param env variables beside `HOME` and `PATH`
 * @returns what it printed, without the last line's end
 * @throws {UsageError} if there is no git, or it fails: with its last complaint
 */
export async function git(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { success, stdout, stderr } = await output(args, env);
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trimEnd();
  if (success) return text(stdout);
  const complaint = text(stderr).split("\n").at(-1) ?? "";
  throw new UsageError(`Cannot ask git for "${args.join(" ")}": ${complaint}`);
}

async function output(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Deno.CommandOutput> {
  try {
    return await runGit(args, repository, env);
  } catch (error) {
    throw new UsageError(`Cannot run git: ${reasonOf(error)}`, { cause: error });
  }
}
