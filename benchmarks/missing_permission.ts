import config from "../deno.json" with { type: "json" };

/** How Deno tells of a permission that is not there; from a worker, the words are all that comes. */
const refusal = /Requires [\w-]+ access\b[^;]*?, run again with the --allow-[\w-]+ flag/s;

/**
 * What to say of an error that a missing permission made, here or in a worker.
 *
 * @param error what was thrown
 * @returns a line that names what is missing, the flag, and the task that has it; nothing for another
 * error
 */
export function missingPermission(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const [words] = refusal.exec(cause.message) ?? [];
    if (words !== undefined) return `${words.replace(/\s+/g, " ")}${taskAdvice()}`;
  }
  return undefined;
}

/** The task whose program this is has what it needs. */
function taskAdvice(): string {
  const task = Object.entries(config.tasks).find(([, { command }]) =>
    Deno.mainModule.endsWith(`/${command.split(" ").at(-1)}`)
  );
  return task === undefined ? "" : `; \`deno task ${task[0]}\` runs with all that it needs`;
}
