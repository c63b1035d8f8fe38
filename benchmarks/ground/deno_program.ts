/**
 * The Deno that this program runs in, as a command that it may run: by its path, or by
 * name where only that was granted (`--allow-run=deno`) and the name is a link to the path.
 */
export function denoProgram(): string {
  const path = Deno.execPath();
  const { state } = Deno.permissions.querySync({ name: "run", command: path });
  return state === "granted" ? path : "deno";
}
