/**
 * Writes the library as an npm package, ready for `npm pack` and `npm publish`:
 * `deno task build:npm [FOLDER] [--repository https://github.com/OWNER/NAME]`. The folder, by default `npm`, is
 * replaced; the task may write into `npm` alone, so another one wants `deno run --allow-write`. Links of the
 * README lead into the repository; without one they become plain text.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { endWith } from "./mistakes.ts";
import { emit, type Emitted } from "./emit.ts";
import { absoluteLinks } from "./links.ts";
import { entries, manifestOf } from "./manifest.ts";
import { sideEffectsOf } from "./side_effects.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const documents = ["CHANGELOG.md", "LICENSE"];

/** The files of the package by their paths in it: text, or bytes of the repository's own. */
export async function packageFiles(
  repository: string | undefined,
): Promise<Map<string, string | Uint8Array>> {
  const { files, imported } = emitAll();
  const identity = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  const facts = { imported, sideEffects: sideEffectsOf(files), repository };
  const manifest = JSON.stringify(manifestOf(identity, facts), undefined, 2);
  const readme = absoluteLinks(await Deno.readTextFile(join(root, "README.md")), repository);
  const all = new Map<string, string | Uint8Array>(files);
  all.set("package.json", `${manifest}\n`).set("README.md", readme);
  for (const name of documents) all.set(name, await Deno.readFile(join(root, name)));
  return all;
}

/**
 * Writes the package into a folder, in place of what is there.
 *
 * @throws {RangeError} if something else than an older package is there
 */
export async function buildNpm(folder: string, repository: string | undefined): Promise<void> {
  const files = await packageFiles(repository);
  const identity = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  await removeOld(folder);
  for (const [path, content] of files) {
    const target = join(folder, path);
    await Deno.mkdir(dirname(target), { recursive: true });
    if (typeof content === "string") await Deno.writeTextFile(target, content);
    else await Deno.writeFile(target, content);
  }
  const count = files.size - 2 - documents.length;
  console.log(`${folder}: ${identity.name}@${identity.version}, ${count} modules and declarations`);
}

/** Each entry for its own runtime; what they share comes out the same. */
function emitAll(): Emitted {
  const all = Object.values(entries).map(({ module, runtime }): Emitted =>
    emit(root, `${module}.ts`, runtime)
  );
  return {
    files: new Map(all.flatMap(({ files }) => [...files])),
    imported: new Map(all.flatMap(({ imported }) => [...imported])),
  };
}

/** Removes an older package, and nothing else. */
async function removeOld(folder: string): Promise<void> {
  try {
    const names = Array.from(Deno.readDirSync(folder), ({ name }) => name);
    if (names.length > 0 && !names.includes("package.json")) {
      throw new RangeError(
        `Cannot write the package as the folder must be empty or hold an older one: ` +
          `current value is ${folder}`,
      );
    }
    await Deno.remove(folder, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * The address as links begin with it.
 *
 * @throws {RangeError} if it is none
 */
export function repositoryOf(address: string | undefined): string | undefined {
  const [plain] = /^https:\/\/[^\s?#]+[^\s?#/]/.exec(address ?? "") ?? [];
  if (address === undefined || plain !== undefined) return plain?.replace(/\.git$/, "");
  throw new RangeError(
    `Cannot write the package as --repository must be an https address, such as ` +
      `https://github.com/OWNER/NAME: current value is ${address}`,
  );
}

/** Builds what the arguments ask for. */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { repository: { type: "string" } },
    allowPositionals: true,
  });
  await buildNpm(positionals[0] ?? join(root, "npm"), repositoryOf(values.repository));
  return 0;
}

if (import.meta.main) await endWith("build:npm", () => main(Deno.args));
