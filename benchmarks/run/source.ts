import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Source } from "../record/mod.ts";

/** A user's program as reports name it. */
export async function sourceOf(path: string): Promise<Source> {
  const sha256 = createHash("sha256").update(await Deno.readFile(path)).digest("hex");
  return { path, sha256 };
}

/**
 * The program that runs.
 *
 * @returns nothing where it is no file that can be read, as one typed in or loaded from elsewhere
 */
export async function mainProgram(): Promise<Source | undefined> {
  try {
    const path = fileURLToPath(Deno.mainModule);
    const folder = `${Deno.cwd()}/`;
    return await sourceOf(path.startsWith(folder) ? path.slice(folder.length) : path);
  } catch {
    return undefined;
  }
}
