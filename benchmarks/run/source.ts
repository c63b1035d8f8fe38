import { fileURLToPath } from "node:url";
import { sha256 } from "../ground/sha256.ts";
import type { Source } from "../record/mod.ts";

/** A user's program as reports name it. */
export async function sourceOf(path: string): Promise<Source> {
  return { path, sha256: await sha256(await Deno.readFile(path)) };
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
