/**
 * Writes the library as an npm package, ready for `npm pack` and `npm publish`:
 * `deno task build:npm [FOLDER]`. The folder, by default `npm`, is replaced.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { emit } from "./emit.ts";
import { manifestOf } from "./manifest.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const documents = ["README.md", "CHANGELOG.md", "LICENSE"];

/** Writes the package into a folder, in place of what is there. */
async function buildNpm(folder: string): Promise<void> {
  const { files, imported } = emit(join(root, "mod.ts"), join(root, "node_modules"));
  const identity = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  const manifest = JSON.stringify(manifestOf(identity, imported), undefined, 2);
  await removeOld(folder);
  for (const [path, text] of [...files, ["package.json", `${manifest}\n`] as const]) {
    const target = join(folder, path);
    await Deno.mkdir(dirname(target), { recursive: true });
    await Deno.writeTextFile(target, text);
  }
  for (const document of documents) {
    await Deno.copyFile(join(root, document), join(folder, document));
  }
  console.log(
    `${folder}: ${identity.name}@${identity.version}, ${files.size} modules and declarations`,
  );
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

if (import.meta.main) await buildNpm(Deno.args[0] ?? join(root, "npm"));
