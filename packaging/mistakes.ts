/**
 * Ends a program of this folder. A user's mistake (an option that is none, a wrong value, a permission
 * that is missing) is a line and exit code 2; anything else keeps its stack.
 *
 * @param task the task that has all permissions
 * @param main returns the exit code
 */
export async function endWith(task: string, main: () => Promise<number>): Promise<never> {
  try {
    Deno.exit(await main());
  } catch (error) {
    const isDenied = error instanceof Deno.errors.NotCapable;
    const isMistake = isDenied || error instanceof RangeError ||
      (error instanceof TypeError && "code" in error && `${error.code}`.startsWith("ERR_PARSE_"));
    if (!isMistake) throw error;
    const advice = isDenied ? `; \`deno task ${task}\` runs with all that it needs` : "";
    console.error(`error: ${error.message.replace(/\s+/g, " ")}${advice}`);
    Deno.exit(2);
  }
}
