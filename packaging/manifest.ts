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

/**
 * Makes a `package.json` for a package of ECMAScript modules whose entry is `mod.js`.
 *
 * What it imports becomes a peer dependency: a layer of one copy of TensorFlow.js does not go into a
 * model of another, so the package must work with the copy that the program has.
 *
 * @param identity what `deno.json` says
 * @param imported the versions of the packages that it imports, by name
 * @returns the manifest
 */
export function manifestOf(
  { name, version, description, license }: Identity,
  imported: ReadonlyMap<string, string>,
): Record<string, unknown> {
  const ranges = Array.from(imported, ([name, version]) => [name, `^${version}`]);
  return {
    name,
    version,
    description,
    license,
    type: "module",
    exports: { ".": { types: "./mod.d.ts", default: "./mod.js" } },
    engines: { node: ">=20" },
    peerDependencies: Object.fromEntries(ranges),
  };
}
