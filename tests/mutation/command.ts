/**
 * Puts small faults into copies of the code, one at a time, and counts which of them the nearest tests notice:
 *
 *     deno task test:mutants [--count 200] [--seed 0] [--only PATH] [--jobs 2] [--tests 8] [--log FILE] [--again]
 *
 * Each mutant is one line of the log (by default `.cache/mutants/seed-N.jsonl`), which a second call goes on with;
 * `--again` judges anew what no test noticed. A table goes beside it, as Markdown.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { parseArgs } from "node:util";
import config from "../../deno.json" with { type: "json" };
import { run } from "./run.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** An option that is a whole number. */
function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(
    `Cannot mutate as --${name} must be an integer of at least ${least}: current value is ${text}`,
  );
}

/** Does what the arguments ask for, and prints the table. */
async function main(args: string[], signal: AbortSignal): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      count: { type: "string", default: "200" },
      seed: { type: "string", default: "0" },
      only: { type: "string" },
      jobs: { type: "string", default: "2" },
      tests: { type: "string", default: "8" },
      log: { type: "string" },
      again: { type: "boolean", default: false },
    },
  });
  const seed = wholeNumber("seed", values.seed, 0);
  const log = values.log ?? join(root, `.cache/mutants/seed-${seed}.jsonl`);
  const table = await run({
    root,
    // The suite's own permissions; the types were checked when the mutant was drawn.
    testArguments: ["test", "--no-check", ...config.tasks.test.command.split(" ").slice(2, -1)],
    log,
    seed,
    count: wholeNumber("count", values.count, 1),
    jobs: wholeNumber("jobs", values.jobs, 1),
    tests: wholeNumber("tests", values.tests, 1),
    again: values.again,
    signal,
    ...values.only === undefined ? {} : { only: values.only },
  });
  const path = log.replace(/(\.jsonl)?$/, ".md");
  await Deno.writeTextFile(path, table);
  console.log(`\n${table}\n${path}`);
}

if (import.meta.main) {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => controller.abort(signal));
  }
  try {
    await main(Deno.args, controller.signal);
    Deno.exit(0);
  } catch (error) {
    if (controller.signal.aborted) Deno.exit(controller.signal.reason === "SIGINT" ? 130 : 143);
    const isMistake = error instanceof RangeError || error instanceof Deno.errors.NotCapable ||
      (error instanceof TypeError && "code" in error && `${error.code}`.startsWith("ERR_PARSE_"));
    if (!isMistake) throw error;
    console.error(error.message);
    Deno.exit(2);
  }
}
