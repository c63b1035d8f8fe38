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
import { kind, type ValueKind } from "./ground/value_kinds.ts";
import { commentText } from "./report/comment.ts";

/** Any text: a workflow passes an empty one for what it lacks. */
function anyText(metavar: string, wanted: string): ValueKind<string> {
  return kind({ metavar, wanted, is: (value): value is string => typeof value === "string" });
}

/** The program. */
export const comment: Program = program({
  command: "deno run --allow-read benchmarks/comment.ts",
  summary:
    "Prints reports in Markdown as a comment on a pull request, the first one open, the others " +
    "folded.",
  operands: { "[FILE...]": "reports in Markdown; those that are not there are passed over" },
  options: {
    title: option(anyText("TITLE", "a title"), "the comment's title", { required: true }),
    link: option(anyText("URL", "a URL"), "where the reports lie"),
    base: option(anyText("SHA", "a commit"), "the commit that was compared with"),
    head: option(anyText("SHA", "a commit"), "the commit that was compared"),
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
