/**
 * `comment_command.ts --title TITLE [--link URL] FILE…`: prints reports in Markdown as a comment on a
 * pull request, the first one open, the others folded. Files that are not there are passed over.
 *
 * @module
 */
import { reasonOf } from "../datasets/errors.ts";
import { parseArguments } from "./cli/arguments.ts";
import { UsageError } from "./ground/errors.ts";
import { endWith, exitCodes } from "./cli/exit.ts";
import { commentText } from "./report/comment.ts";

const options = { title: { type: "string" }, link: { type: "string" } } as const;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArguments({ args, options, allowPositionals: true }, [
    "link",
  ]);
  if (values.title === undefined) throw new UsageError("Cannot print a comment without --title");
  const { title, link = "" } = values;
  const texts = await Promise.all(positionals.map(readIfThere));
  const reports = texts.filter((text) => text !== undefined);
  await print(commentText({ title, link, reports }));
  return exitCodes.done;
}

/** The comment is what the program is for: where it cannot be printed, that is told. */
async function print(text: string): Promise<void> {
  try {
    await new Blob([text]).stream().pipeTo(Deno.stdout.writable);
  } catch (error) {
    throw new UsageError(`Cannot print the comment: ${reasonOf(error)}`, { cause: error });
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

if (import.meta.main) await endWith(() => main(Deno.args));
