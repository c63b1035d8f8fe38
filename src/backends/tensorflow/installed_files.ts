/**
 * The files of a build that is set up, and whether they still are what was unpacked.
 *
 * @module
 */
import { createHash } from "node:crypto";

/**
 * In a build's folder: a line for each file, its SHA-256 and its path, as `sha256sum --check` reads
 * it. It is taken from the wheels' RECORDs while they are unpacked, and the wheels are pinned.
 */
export const FILE_LIST = "SHA256SUMS";

/** The SHA-256 of a file, in hexadecimal digits. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  for await (const chunk of file.readable) hash.update(chunk);
  return hash.digest("hex");
}

/** What a look at a build's files found. */
export interface Verified {
  /** How many files are as they were unpacked. */
  readonly intact: number;
  /** A line for each that is not, with its path. */
  readonly problems: readonly string[];
}

/**
 * Holds each file of a build against the list that was written when it was set up. It finds damage,
 * and not what somebody has changed who could change the list as well.
 *
 * @param folder the build's folder
 */
export async function verifyFiles(folder: string): Promise<Verified> {
  let list: string;
  try {
    list = await Deno.readTextFile(`${folder}/${FILE_LIST}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return {
      intact: 0,
      problems: [
        `${folder}/${FILE_LIST} is missing: it was deleted, or an earlier version set this up`,
      ],
    };
  }
  const lines = list.split("\n").filter((line) => line !== "");
  const problems: string[] = lines.length === 0 ? [`${folder}/${FILE_LIST} is empty`] : [];
  const listed = new Set([FILE_LIST]);
  let intact = 0;
  for (const [at, line] of lines.entries()) {
    const { 1: wanted, 2: name } = LINE.exec(line) ?? [];
    if (wanted === undefined || name === undefined || name.split("/").includes("..")) {
      problems.push(`${folder}/${FILE_LIST} is damaged: line ${at + 1} is no hash and path`);
      continue;
    }
    listed.add(name);
    const problem = await problemOf(`${folder}/${name}`, wanted);
    if (problem === undefined) intact++;
    else problems.push(`${folder}/${name} ${problem}`);
  }
  for await (const name of filesBelow(folder)) {
    if (!listed.has(name)) problems.push(`${folder}/${name} was not set up: it is in no wheel`);
  }
  return { intact, problems };
}

/** A hash and a path below the build's folder. */
const LINE = /^([0-9a-f]{64}) {2}([^/].*)$/;

async function problemOf(path: string, wanted: string): Promise<string | undefined> {
  try {
    const seen = await sha256Of(path);
    return seen === wanted
      ? undefined
      : `is damaged: its SHA-256 is ${seen}, and was ${wanted} when it was set up`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "is missing";
    throw error;
  }
}

async function* filesBelow(folder: string, below = ""): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${below}`)) {
    if (isDirectory) yield* filesBelow(folder, `${below}${name}/`);
    else yield `${below}${name}`;
  }
}
