/**
 * Where `deno task setup` puts TensorFlow's library, and where the backend looks for it.
 *
 * @module
 */

/** The pinned TensorFlow. */
export const TENSORFLOW_VERSION = "2.21.0";

/** Which build of TensorFlow a folder holds. */
export type Flavour = "cpu" | "gpu";

/** The files that must be in one folder: the C API's library, and what it is linked against. */
export interface LibraryFiles {
  readonly api: string;
  readonly framework: string;
}

/** The library's file names on this system. */
export function libraryFiles(os: string = Deno.build.os): LibraryFiles {
  return os === "darwin"
    ? { api: "libtensorflow_cc.2.dylib", framework: "libtensorflow_framework.2.dylib" }
    : { api: "libtensorflow_cc.so.2", framework: "libtensorflow_framework.so.2" };
}

/** An environment variable, or nothing where it is unset, empty, or must not be read. */
export function readEnvironment(name: string): string | undefined {
  try {
    return Deno.env.get(name) || undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

/**
 * Whether an environment variable is known to be unset or empty. Without permission it is unknown,
 * and the user is not prompted.
 */
export function isUnset(name: string): boolean {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" && readEnvironment(name) === undefined;
}

/**
 * The per-user cache: `$XDG_CACHE_HOME` where set, else `~/Library/Caches` on macOS and `~/.cache`
 * elsewhere. Nothing where the home folder is unknown.
 */
export function cacheFolder(): string | undefined {
  const xdg = readEnvironment("XDG_CACHE_HOME");
  if (xdg !== undefined) return `${xdg}/weight-standardization`;
  const home = readEnvironment("HOME") ?? readEnvironment("USERPROFILE");
  if (home === undefined) return undefined;
  const caches = Deno.build.os === "darwin" ? "Library/Caches" : ".cache";
  return `${home}/${caches}/weight-standardization`;
}

/** The name, in the cache, of one build's folder. */
export function buildName(flavour: Flavour): string {
  return `tensorflow-${TENSORFLOW_VERSION}-${Deno.build.os}-${Deno.build.arch}-${flavour}`;
}
