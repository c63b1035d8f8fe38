import { sha256Of } from "./installed_files.ts";
import { SetupError } from "./python.ts";
import type { Build } from "./wheels.ts";

/**
 * The downloaded files that are a build's wheels, recognized by their SHA-256; any other file in
 * the folder is ignored, whatever its name.
 *
 * @param folder where they were downloaded to
 * @param build the wheels wanted
 * @returns a path for each wheel
 * @throws {SetupError} if one is missing
 */
export async function pinnedWheels(folder: string, build: Build): Promise<string[]> {
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  const byHash = new Map<string, string>();
  for (const name of names.filter((name) => name.endsWith(".whl"))) {
    byHash.set(await sha256Of(`${folder}/${name}`), `${folder}/${name}`);
  }
  return build.wheels.map(({ name, version, sha256 }) => {
    const path = byHash.get(sha256);
    if (path !== undefined) return path;
    throw new SetupError(
      `Cannot set TensorFlow up: no file in ${folder} is the wheel ${name} ${version} (SHA-256 ` +
        `${sha256}). Delete that folder and run the setup again`,
    );
  });
}
