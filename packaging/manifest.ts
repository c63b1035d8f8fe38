/** What `package.json` says. */

/** What `deno.json` says of the package. */
export interface Identity {
  /** The package's name, with its scope. */
  name: string;
  /** Its version. */
  version: string;
  /** What it is, in a sentence. */
  description: string;
  /** An SPDX identifier. */
  license: string;
}

/** The modules that others may import, by the names they have in `exports`. */
export const entries = {
  ".": { module: "mod", runtime: "any" },
  "./files": { module: "src/files/mod", runtime: "node" },
} as const;

/** What people look for it by. */
const keywords = [
  "weight standardization",
  "tensorflow.js",
  "tensorflow",
  "tfjs",
  "deep learning",
  "convolutional neural networks",
  "normalization",
  "resnet",
  "deeplab",
  "training",
];

/** What the build finds out. */
export interface BuildFacts {
  /** The versions of the packages that are imported, by name. */
  imported: ReadonlyMap<string, string>;
  /** The modules that must run, even where nothing of them is used. */
  sideEffects: readonly string[];
  /** The repository's address, where one is known. */
  repository: string | undefined;
}

/**
 * Makes a `package.json` for a package of ECMAScript modules whose main entry is `mod.js`.
 *
 * TensorFlow.js becomes a peer dependency: a layer of one copy does not go into a model of another, so
 * the package must work with the copy that the program has. What else it imports is its own.
 *
 * `main`, `types` and `typesVersions` say what `exports` says to those who don't read it: TypeScript
 * with `moduleResolution: "node10"`, and older bundlers.
 *
 * @param identity what `deno.json` says
 * @param facts what it imports, which of its modules have side effects, where it comes from
 * @returns the manifest
 */
export function manifestOf(
  { name, version, description, license }: Identity,
  { imported, sideEffects, repository }: BuildFacts,
): Record<string, unknown> {
  const ranges = Array.from(imported, ([name, version]) => [name, `^${version}`] as const);
  const isPeer = ([name]: readonly [string, string]) => name.startsWith("@tensorflow/");
  const own = ranges.filter((range) => !isPeer(range));
  return {
    name,
    version,
    description,
    license,
    keywords,
    ...(repository !== undefined && {
      homepage: `${repository}#readme`,
      repository: { type: "git", url: `git+${repository}.git` },
      bugs: `${repository}/issues`,
    }),
    type: "module",
    main: "./mod.js",
    types: "./mod.d.ts",
    typesVersions: { "*": { files: [`./${entries["./files"].module}.d.ts`] } },
    exports: Object.fromEntries(
      Object.entries(entries).map(([name, { module }]) => [
        name,
        { types: `./${module}.d.ts`, default: `./${module}.js` },
      ]),
    ),
    sideEffects,
    engines: { node: ">=20" },
    dependencies: Object.fromEntries(own),
    peerDependencies: Object.fromEntries(ranges.filter(isPeer)),
  };
}
