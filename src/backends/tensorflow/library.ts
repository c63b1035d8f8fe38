/**
 * Finds and opens TensorFlow's library: the folder that `TENSORFLOW_LIB` names, else the cache
 * that `deno task setup` fills (a build for GPUs before the one for CPUs).
 *
 * @module
 */
import { cString } from "./attributes.ts";
import { buildName, cacheFolder, isUnset, libraryFiles, readEnvironment } from "./cache.ts";
import { preferOneDnn } from "./one_dnn.ts";
import { openApart } from "./open_apart.ts";
import { Status } from "./status.ts";
import { symbols, type TensorFlowLibrary } from "./symbols.ts";

/** TensorFlow's library is missing, or is not one that this backend can use. */
export class TensorFlowLibraryError extends Error {
  override name = "TensorFlowLibraryError";
}

/**
 * TensorFlow writes to stderr as soon as it is opened. Its own variable sets how much:
 * 0 everything, 1 warnings and errors.
 */
const LOG_LEVEL = "TF_CPP_MIN_LOG_LEVEL";

const ADVICE = "Run `deno task setup` to fetch it (`deno task setup --gpu` for NVIDIA GPUs), " +
  "or set TENSORFLOW_LIB to the folder that holds it";

/** The folders that are searched, first to last. */
export function libraryFolders(): string[] {
  const named = readEnvironment("TENSORFLOW_LIB");
  if (named !== undefined) return [named];
  const cache = cacheFolder();
  if (cache === undefined) return [];
  return (["gpu", "cpu"] as const).map((flavour) => `${cache}/${buildName(flavour)}/tensorflow`);
}

/**
 * The folder that holds TensorFlow's library, if there is one. Only reads the file system:
 * {@linkcode openLibrary} shows whether the library can be opened.
 */
export function findLibrary(): string | undefined {
  const { api, framework } = libraryFiles();
  return libraryFolders().find((folder) =>
    isFile(`${folder}/${api}`) && isFile(`${folder}/${framework}`)
  );
}

/**
 * Opens TensorFlow's library, with oneDNN unless the environment decides that.
 *
 * @param folder the folder that holds it; by default the one that is found
 * @returns its functions
 * @throws {TensorFlowLibraryError} where it is absent, too old, or of another architecture
 */
export function openLibrary(folder: string | undefined = findLibrary()): TensorFlowLibrary {
  const { api, framework } = libraryFiles();
  if (folder === undefined) throw absent(api, framework);
  for (const file of [framework, api]) {
    if (!isFile(`${folder}/${file}`)) throw absent(api, framework, [folder]);
  }
  if (isUnset(LOG_LEVEL)) Deno.env.set(LOG_LEVEL, "1");
  preferOneDnn();
  openApart([framework, api].map((file) => `${folder}/${file}`));
  // The API's library needs the framework's: once that is open, no search path is needed.
  open(`${folder}/${framework}`, {});
  const library = open(`${folder}/${api}`, symbols).symbols;
  pin(library, `${folder}/${api}`);
  return library;
}

/**
 * Deno closes what it opened when the program ends, while TensorFlow's threads still run in it:
 * a segmentation fault. One more reference, which is never released, keeps the library loaded.
 */
function pin(library: TensorFlowLibrary, path: string): void {
  const status = new Status(library);
  try {
    library.TF_LoadLibrary(cString(path), status.pointer);
    status.check("TF_LoadLibrary");
  } finally {
    status.dispose();
  }
}

function open<S extends Deno.ForeignLibraryInterface>(
  path: string,
  wanted: S,
): Deno.DynamicLibrary<S> {
  try {
    return Deno.dlopen(path, wanted);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw unusable(path, error);
  }
}

function absent(
  api: string,
  framework: string,
  folders = libraryFolders(),
): TensorFlowLibraryError {
  const places = folders.length === 0
    ? "the cache, which is unknown as HOME is not set or --allow-env is missing"
    : folders.join(", ");
  return new TensorFlowLibraryError(
    `Cannot find TensorFlow's library: looked for ${api} and ${framework} in ${places}. ${ADVICE}`,
  );
}

function unusable(path: string, error: unknown): TensorFlowLibraryError {
  const reason = error instanceof Error ? error.message : String(error);
  const missing = /register symbol (\w+)/.exec(reason)?.[1];
  const problem = missing === undefined
    ? `Cannot open TensorFlow's library ${path}: it is not one for ${Deno.build.os} on ` +
      `${Deno.build.arch}, or it is damaged (${reason})`
    : `Cannot use TensorFlow's library ${path}: it is too old, as it lacks ${missing}`;
  return new TensorFlowLibraryError(`${problem}. ${ADVICE}`, { cause: error });
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return false;
  }
}
