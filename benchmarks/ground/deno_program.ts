/**
 * Deno as a program that this one starts.
 *
 * @module
 */
import { reasonOf } from "../../datasets/errors.ts";
import { UsageError } from "./errors.ts";

/**
 * The Deno that this program runs in, as a command that it may run: by its path, or by
 * name where only that was granted (`--allow-run=deno`) and the name is a link to the path.
 */
export function denoProgram(): string {
  const path = Deno.execPath();
  const { state } = Deno.permissions.querySync({ name: "run", command: path });
  return state === "granted" ? path : "deno";
}

/**
 * Starts Deno.
 *
 * @param what it is started as, for the error: `"workers"`
 * @throws {UsageError} if it cannot be started, as with a variable that has the system load more into it
 */
export function startDeno(what: string, options: Deno.CommandOptions): Deno.ChildProcess {
  const command = denoProgram();
  try {
    return new Deno.Command(command, options).spawn();
  } catch (error) {
    const reason = reasonOf(error).replace(/[.;,]? (run again|Alternatively).*$/s, "");
    throw new UsageError(
      `Cannot start ${what} by ${command}: ${reason}; unset variables that begin with LD_ or DYLD_, ` +
        "and have deno on the PATH",
      { cause: error },
    );
  }
}

/**
 * Asks a process to end.
 *
 * @returns whether there was one to ask: nothing happens where it has ended
 */
export function askToEnd(process: Deno.ChildProcess, signal: Deno.Signal): boolean {
  try {
    process.kill(signal);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
