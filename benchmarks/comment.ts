/**
 * `comment.ts --title TITLE [--link URL] [--base SHA --head SHA] FILE…`: prints reports in Markdown
 * as a comment on a pull request.
 *
 * @module
 */
import { reasonOf } from "../datasets/errors.ts";
import { option } from "./cli/options.ts";
import { type Program, program, start } from "./cli/program.ts";
import { UsageError } from "./ground/errors.ts";
import { kind } from "./ground/kinds.ts";
import { commentText } from "./report/comment.ts";

/** A workflow passes an empty value for what it lacks. */
const isText = (value: unknown): value is string => typeof value === "string";
const title = kind({ metavar: "TITLE", wanted: "a title", is: isText });
const anyText = kind({ metavar: "URL", wanted: "a URL", is: isText });
const anyCommit = kind({ metavar: "SHA", wanted: "a commit", is: isText });

/** The program. */
export const comment: Program = program({
  command: "deno run --allow-read benchmarks/comment.ts",
  summary:
    "Prints reports in Markdown as a comment on a pull request, the first one open, the others " +
    "folded.",
  operands: { "[FILE...]": "reports in Markdown; those that are not there are passed over" },
  options: {
    title: option(title, "the comment's title", { required: true }),
    link: option(anyText, "where the reports lie"),
    base: option(anyCommit, "the commit that was compared with"),
    head: option(anyCommit, "the commit that was compared"),
  },
  async run({ title, link = "", base = "", head = "" }, { operands }) {
    const texts = await Promise.all(operands.map(readIfThere));
    const reports = texts.filter((text) => text !== undefined);
    await print(commentText({ title, link, commits: { base, head }, reports }));
  },
});

/** Fails where the comment cannot be printed: it is the program's only result. */
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

if (import.meta.main) await start(comment);
