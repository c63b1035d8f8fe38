import { reasonOf } from "../../datasets/errors.ts";
import { UsageError } from "../ground/errors.ts";

/**
 * The Deno that this program runs in, as a command that it may run: by its path, or where only the
 * name was granted (`--allow-run=deno`) and the path is what a link of that name leads to, by name.
 */
export function denoProgram(): string {
  const path = Deno.execPath();
  const { state } = Deno.permissions.querySync({ name: "run", command: path });
  return state === "granted" ? path : "deno";
}

/**
 * Fails unless Deno can be started, before any work is done. Where variables like `LD_LIBRARY_PATH`
 * are set, Deno starts nothing under a permission that names programs.
 *
 * @throws {UsageError} with the reason
 */
export async function checkDenoStarts(): Promise<void> {
  try {
    await new Deno.Command(denoProgram(), { args: ["--version"], stdout: "null" }).output();
  } catch (error) {
    const reason = reasonOf(error).replace(/[.;,]? (run again|Alternatively).*$/s, "");
    throw new UsageError(
      `Cannot start ${denoProgram()}: ${reason}; unset variables that begin with LD_ or DYLD_, and ` +
        "have deno on the PATH",
      { cause: error },
    );
  }
}
