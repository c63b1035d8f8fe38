/** How the campaigns outside of the tests (faults, fuzz, long) begin and end as commands. */

/**
 * Runs a campaign and ends the process: with 0 where it found no fault, 1 where it did, 2 after a
 * mistake on the command line, and as a shell says it after a signal.
 *
 * @param main gets the arguments and what ends it, and returns how many faults there are
 */
export async function runCampaign(
  main: (args: string[], signal: AbortSignal) => Promise<number>,
): Promise<never> {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(name, () => controller.abort(name));
  }
  try {
    Deno.exit(await main(Deno.args, controller.signal) === 0 ? 0 : 1);
  } catch (error) {
    if (controller.signal.aborted) Deno.exit(controller.signal.reason === "SIGINT" ? 130 : 143);
    if (!isMistake(error)) throw error;
    console.error(error.message);
    Deno.exit(2);
  }
}

/** What `parseArgs` refuses, and values out of range. */
function isMistake(error: unknown): error is Error {
  return error instanceof RangeError ||
    (error instanceof TypeError && "code" in error && `${error.code}`.startsWith("ERR_PARSE_"));
}
