import config from "../../deno.json" with { type: "json" };

/** How Deno tells of a permission that is not there; from a worker, the words are all that comes. */
const refusal =
  /Requires ([\w-]+) access(?: to "([^"]*)")?[^;]*?, run again with the --allow-[\w-]+ flag/s;

/** A permission that is not there. */
export interface MissingPermission {
  /** What Deno says of it, in one line: it names the flag. */
  words: string;
  /** The task that has it; empty where none of this program has. */
  advice: string;
}

/**
 * The missing permission that made an error, here or in a worker.
 *
 * @param error what was thrown
 * @returns nothing for another error
 */
export function missingPermission(error: unknown): MissingPermission | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const [words, kind = "", name = ""] = refusal.exec(cause.message) ?? [];
    if (words === undefined) continue;
    return { words: words.replace(/\s+/g, " "), advice: adviceFor(kind, name) };
  }
  return undefined;
}

/** The task whose program this is, where it has the permission: a user's own module may want more. */
function adviceFor(kind: string, name: string): string {
  const task = Object.entries(config.tasks).find(([, { command }]) => {
    const words = command.split(" ");
    return Deno.mainModule.endsWith(`/${words.at(-1)}`) &&
      words.some((word) => grants(word, kind, name));
  });
  return task === undefined ? "" : `; \`deno task ${task[0]}\` runs with all that it needs`;
}

function grants(flag: string, kind: string, name: string): boolean {
  const [option, list] = flag.split("=");
  return option === `--allow-${kind}` && (list?.split(",").includes(name) ?? true);
}
