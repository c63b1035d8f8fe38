import { reasonOf } from "../../datasets/errors.ts";
import { UsageError } from "./errors.ts";

/**
 * Makes a folder where it is missing, and fails unless files can be written there: before hours of
 * work, not after.
 *
 * @param path the folder
 * @param option the option that names it
 * @throws {UsageError} if it cannot be made or written
 */
export async function checkWritable(path: string, option: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true });
    const probe = await Deno.makeTempFile({ dir: path, prefix: ".writable-" });
    await Deno.remove(probe);
  } catch (error) {
    throw new UsageError(
      `Cannot write into ${path}: ${reasonOf(error)}; choose another folder by ${option} DIR`,
      { cause: error },
    );
  }
}
