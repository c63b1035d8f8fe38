/** Looks at all of a folder, for the tests of what is written there. */
import { join } from "node:path";

/** Every file below a folder, with its bytes. */
export async function contents(dir: string, below = ""): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for await (const { name, isDirectory } of Deno.readDir(join(dir, below))) {
    const path = join(below, name);
    if (!isDirectory) files.set(path, await Deno.readFile(join(dir, path)));
    else for (const [file, bytes] of await contents(dir, path)) files.set(file, bytes);
  }
  return new Map([...files].sort(([a], [b]) => a < b ? -1 : 1));
}
