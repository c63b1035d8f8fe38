/**
 * `deno task setup [--gpu] [--verify] [--remove]`: puts TensorFlow's library into the per-user cache, where
 * the backend finds it. Running it again completes an interrupted setup, or reports what is there.
 *
 * @module
 */
import { statfs } from "node:fs/promises";
import { parseArgs } from "node:util";
import { buildName, cacheFolder, type Flavour, TENSORFLOW_VERSION } from "./cache.ts";
import { openLibrary } from "./library.ts";
import { downloadWheels, findPip, SetupError, unpackWheels } from "./python.ts";
import { verifyFiles } from "./installed_files.ts";
import { lockCache } from "./setup_lock.ts";
import { readString } from "./status.ts";
import type { TensorFlowLibrary } from "./symbols.ts";
import { pinnedWheels } from "./wheel_files.ts";
import { type Build, findBuild, LIBRARY_MEMBERS, PYTHON_VERSION, requirements } from "./wheels.ts";

const USAGE = `deno task setup [--gpu] [--verify] [--remove]

Fetches TensorFlow ${TENSORFLOW_VERSION}'s library into the cache of this user.
  --gpu     the build for NVIDIA GPUs, with NVIDIA's libraries (Linux x86-64 only)
  --verify  holds each file that was set up against its hash, and fetches nothing
  --remove  deletes what was fetched, for CPUs and for GPUs
  --help    says this`;

type Open = NonNullable<SetUpParts["open"]>;

/** Where one build is put together, and where it ends. */
interface Places {
  readonly finished: string;
  readonly partial: string;
  readonly downloads: string;
}

/** What stands in for a build's own parts, in tests. */
export interface SetUpParts {
  /** The wheels, instead of the flavour's. */
  readonly build?: Build | undefined;
  /** Opens the library. */
  readonly open?: (folder: string) => Pick<TensorFlowLibrary, "TF_Version">;
}

/**
 * Sets up one build. If another process is doing so, waits for it to finish.
 *
 * @param cache the folder that holds the builds
 * @param flavour which of them
 * @param parts stand in for the flavour's own
 * @throws {SetupError} where this system has no build, without pip, without space, or where the
 *   download, the unpacking or the opening fails
 */
export async function setUp(
  cache: string,
  flavour: Flavour,
  { build = findBuild(flavour), open = openLibrary }: SetUpParts = {},
): Promise<void> {
  if (build === undefined) throw new SetupError(noBuild(flavour));
  const finished = `${cache}/${buildName(flavour)}`;
  const isDone = async () => {
    if (!await exists(finished)) return false;
    console.log(`Already set up: ${await describe(finished, open)}`);
    return true;
  };
  if (await isDone()) return; // a cache that is there may be read-only
  await Deno.mkdir(cache, { recursive: true });
  using _lock = await lockCache(cache);
  if (await isDone()) return;
  const places = { finished, partial: `${finished}.partial`, downloads: `${finished}.downloads` };
  await checkSpace(cache, build);
  await download(build, places);
  await install(build, places, open);
  console.log(`Set up: ${await describe(finished, open)}`);
}

/**
 * Holds each file of every build in the cache against its hash.
 *
 * @returns how many builds there are
 * @throws {SetupError} naming each file that is missing, damaged, or was not set up
 */
export async function verifyAll(cache: string): Promise<number> {
  const builds = (["gpu", "cpu"] as const).map((flavour) => `${cache}/${buildName(flavour)}`);
  const there: string[] = [];
  for (const build of builds) if (await exists(build)) there.push(build);
  const found: string[] = [];
  for (const build of there) {
    const { intact, problems } = await verifyFiles(build);
    found.push(...problems);
    if (problems.length === 0) console.log(`Intact: ${intact} files in ${build}`);
  }
  if (there.length === 0) console.log(`Nothing is set up in ${cache}`);
  if (found.length === 0) return there.length;
  throw new SetupError(
    `${
      found.join("\n")
    }\nNothing was changed. \`deno task setup --remove\` deletes what is there, ` +
      "and `deno task setup` fetches it again",
  );
}

/** Deletes every build, complete or not; if one is being set up, waits for that to finish. */
export async function removeAll(cache: string): Promise<void> {
  if (!await exists(cache)) return console.log(`Nothing to remove in ${cache}`);
  using _lock = await lockCache(cache);
  const names = (await Array.fromAsync(Deno.readDir(cache))).map(({ name }) => name);
  const builds = names.filter((name) => name.startsWith("tensorflow-"));
  for (const name of builds) {
    await Deno.remove(`${cache}/${name}`, { recursive: true });
    console.log(`Removed ${cache}/${name}`);
  }
  if (builds.length === 0) console.log(`Nothing to remove in ${cache}`);
}

async function download(build: Build, { downloads }: Places): Promise<void> {
  const problem = await findPip();
  if (problem !== undefined) {
    throw new SetupError(
      `Cannot set TensorFlow up: ${problem}. Install Python 3 with pip, or unpack ` +
        `the wheel ${build.wheels[0]?.name} ${TENSORFLOW_VERSION} yourself and set TENSORFLOW_LIB`,
    );
  }
  await Deno.mkdir(downloads, { recursive: true });
  const pins = `${downloads}/requirements.txt`;
  await Deno.writeTextFile(pins, requirements(build));
  console.log(`Downloading ${toMegabytes(build.downloadBytes)} MB, less what is there already`);
  await downloadWheels(pins, build.platforms, PYTHON_VERSION, downloads);
}

/** Unpacks beside the final place, checks by loading, and only then renames. */
async function install(
  build: Build,
  { downloads, finished, partial }: Places,
  open: Open,
): Promise<void> {
  if (await exists(partial)) await Deno.remove(partial, { recursive: true });
  console.log("Unpacking the libraries");
  await unpackWheels(await pinnedWheels(downloads, build), LIBRARY_MEMBERS, partial);
  open(`${partial}/tensorflow`);
  await Deno.rename(partial, finished);
  await Deno.remove(downloads, { recursive: true });
}

async function describe(finished: string, open: Open): Promise<string> {
  const version = readString(open(`${finished}/tensorflow`).TF_Version());
  const bytes = await folderBytes(finished);
  return `TensorFlow ${version}, ${toMegabytes(bytes)} MB in ${finished}`;
}

async function checkSpace(cache: string, build: Build): Promise<void> {
  const { bavail, bsize } = await statfs(cache);
  // pip downloads into a temporary file first, so the wheels are there twice for a moment.
  const neededBytes = 2 * build.downloadBytes + build.unpackedBytes;
  if (bavail * bsize >= neededBytes) return;
  throw new SetupError(
    `Cannot set TensorFlow up: ${cache} needs ${toMegabytes(neededBytes)} MB of space, ` +
      `and has ${toMegabytes(bavail * bsize)} MB. Set XDG_CACHE_HOME to a larger disk`,
  );
}

function noBuild(flavour: Flavour): string {
  const { os, arch } = Deno.build;
  const advice = flavour === "gpu" && findBuild("cpu") !== undefined
    ? "Run it without --gpu"
    : "Use another backend (wasm needs no setup), or build TensorFlow and set TENSORFLOW_LIB";
  return `Cannot set TensorFlow up: there is no wheel for ${flavour === "gpu" ? "GPUs on " : ""}` +
    `${os} on ${arch}, only for Linux on x86_64 (also with --gpu) and aarch64, and macOS on ` +
    `aarch64. ${advice}`;
}

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    bytes += isDirectory ? await folderBytes(path) : (await Deno.stat(path)).size;
  }
  return bytes;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

const toMegabytes = (bytes: number): number => Math.round(bytes / 1e6);

async function main(args: string[]): Promise<number> {
  try {
    const boolean = { type: "boolean" } as const;
    const options = { gpu: boolean, verify: boolean, remove: boolean, help: boolean };
    const { values } = parseArgs({ args, options });
    const cache = cacheFolder();
    if (values.help) console.log(USAGE);
    else if (values.verify && values.remove) {
      console.error(`--verify changes nothing, and --remove deletes: give one of them\n\n${USAGE}`);
      return 2;
    } else if (cache === undefined) {
      throw new SetupError("Cannot find the cache: HOME is not set, or --allow-env is missing");
    } else if (values.verify) return await verifyAll(cache) > 0 ? 0 : 1;
    else if (values.remove) await removeAll(cache);
    else await setUp(cache, values.gpu ? "gpu" : "cpu");
    return 0;
  } catch (error) {
    return tell(error);
  }
}

/** Errors that a user or the system can fix are one line; bugs of this program show their stack. */
function tell(error: unknown): number {
  const { code, name, message } = error as Error & { code?: string };
  if (code?.startsWith("ERR_PARSE_ARGS")) {
    console.error(`${message}\n\n${USAGE}`);
    return 2;
  }
  if (name === "NotCapable") {
    console.error(`${message}; \`deno task setup\` runs with all that it needs`);
    return 2;
  }
  if (foreseen.has(name) || code !== undefined) { // the file system's errors have codes
    console.error(message);
    return 1;
  }
  console.error("This is a fault of the program; please report it with the lines below");
  console.error(error);
  return 70;
}

/** By name, as TensorFlow's error is another module's. */
const foreseen: ReadonlySet<string> = new Set(["SetupError", "TensorFlowLibraryError"]);

if (import.meta.main) Deno.exit(await main(Deno.args));
