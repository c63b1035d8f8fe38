/** The npm packages that the lock file knows, with their licences and what each is for. */
import { fileURLToPath } from "node:url";
import { readByHand } from "./allowed.ts";

/** A package. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /** As its `package.json` says; nothing where it does not. */
  readonly licence: string | undefined;
  /** The first of the {@linkcode groups} that needs it. */
  readonly group: string;
  /** Whether npm would run a script of it when it is installed; Deno runs none. */
  readonly hasInstallScript: boolean;
}

const root = new URL("../../", import.meta.url);

/** What packages are for, the nearest to a user first; each package stands in the first that needs it. */
export const groups: Readonly<Record<string, readonly string[]>> = {
  "The library (`mod.ts` and `./files`): in a browser, Node and Deno": [
    "mod.ts",
    "src/files/mod.ts",
  ],
  "The library on Deno alone (`./tensorflow`, `./webgpu`)": [
    "src/backends/tensorflow/mod.ts",
    "src/backends/webgpu/mod.ts",
    "src/backends/select.ts",
  ],
  "The suites and other commands (`./benchmarks`)": ["benchmarks/mod.ts", "benchmarks/*.ts"],
  "Tests and tools alone": [],
};

/** One package as `deno info --json` tells of it. */
interface Told {
  readonly name: string;
  readonly version: string;
  readonly dependencies: readonly string[];
  readonly localPath: string;
}

/** What `deno info --json` tells, as far as it is used. */
export interface Info {
  readonly modules: readonly {
    readonly kind: string;
    readonly npmPackage?: string;
    readonly size?: number;
    readonly specifier: string;
  }[];
  readonly npmPackages: Readonly<Record<string, Told>>;
}

/**
 * The graph of modules that begins at some of the project's files.
 *
 * @param paths files, where `*` stands for any name in a folder
 */
export async function graphOf(paths: readonly string[]): Promise<Info> {
  const files = (await Promise.all(paths.map(matching))).flat();
  const imports = files.map((path) => `import ${JSON.stringify(new URL(path, root).href)};`);
  const { success, stdout, stderr } = await new Deno.Command("deno", {
    args: ["info", "--json", "--frozen", `data:application/typescript,${imports.join("")}`],
    cwd: fileURLToPath(root),
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`Cannot ask Deno for the packages: ${text.decode(stderr)}`);
  return JSON.parse(text.decode(stdout));
}

async function matching(path: string): Promise<string[]> {
  if (!path.endsWith("/*.ts")) return [path];
  const folder = path.slice(0, -"*.ts".length);
  const entries = await Array.fromAsync(Deno.readDir(new URL(folder, root)));
  return entries.filter(({ name }) => name.endsWith(".ts")).map(({ name }) => folder + name).sort();
}

/** All packages of the lock file, by name. */
export async function readPackages(): Promise<Package[]> {
  const found = new Map<string, Package>();
  const groupOf = new Map<string, string>();
  let all: Info["npmPackages"] = {};
  for (const [group, paths] of Object.entries(groups)) {
    if (paths.length > 0) {
      const { modules, npmPackages } = await graphOf(paths);
      all = npmPackages;
      for (const { npmPackage } of modules) if (npmPackage) reach(npmPackage, all, group, groupOf);
    } else for (const id of Object.keys(all)) reach(id, all, group, groupOf);
  }
  for (const [id, { name, version, localPath }] of Object.entries(all)) {
    const manifest = JSON.parse(await Deno.readTextFile(`${localPath}/package.json`));
    const group = groupOf.get(id)!, key = `${name}@${version}`;
    const earlier = found.get(key);
    if (earlier !== undefined && orderOf(earlier.group) <= orderOf(group)) continue;
    const scripts = Object.keys(manifest.scripts ?? {});
    found.set(key, {
      name,
      version,
      group,
      licence: readByHand[key]?.licence ?? licenceOf(manifest),
      hasInstallScript: ["preinstall", "install", "postinstall"].some((s) => scripts.includes(s)),
    });
  }
  return [...found.values()].sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

const orderOf = (group: string) => Object.keys(groups).indexOf(group);

function reach(
  id: string,
  all: Info["npmPackages"],
  group: string,
  groupOf: Map<string, string>,
): void {
  if (groupOf.has(id)) return;
  groupOf.set(id, group);
  for (const dependency of all[id]?.dependencies ?? []) reach(dependency, all, group, groupOf);
}

/** What a `package.json` says: a text, or in older ones an object or a list of them. */
function licenceOf(
  { license, licenses }: { license?: unknown; licenses?: unknown },
): string | undefined {
  const said = [license ?? licenses].flat().map((each) =>
    typeof each === "object" && each !== null && "type" in each ? each.type : each
  );
  return said.every((each) => typeof each === "string") ? said.join(" OR ") : undefined;
}
