/** What must hold before anything goes out. */

/** What a release is of. */
export interface Release {
  readonly name: string;
  readonly version: string;
  /** The tag that it is made from; nothing before there is one. */
  readonly tag: string | undefined;
  /** What `git status --porcelain` prints. */
  readonly changes: string;
  readonly changelog: string;
  readonly readme: string;
}

/** One thing that must hold. */
export interface Check {
  readonly what: string;
  /** What is wrong, and what to do; nothing where it holds. */
  readonly problem: string | undefined;
}

/** The checks, in order. */
export function checksOf(release: Release): Check[] {
  const { version, tag, changes, changelog } = release;
  const section = changelogSection(changelog, version);
  const wanted = `v${version}`;
  return [
    {
      what: "nothing is uncommitted",
      problem: changes === "" ? undefined : `commit or remove ${changes.split("\n").join("; ")}`,
    },
    {
      what: "the version is one",
      problem: isVersion(version) ? undefined : `deno.json says "${version}": write it like 1.2.3`,
    },
    {
      what: `the tag is ${wanted}`,
      problem: tag === undefined
        ? `there is none: git tag ${wanted}, or --tag ${wanted}`
        : tag === wanted
        ? undefined
        : `it is "${tag}": tag the commit whose deno.json says this version`,
    },
    {
      what: `CHANGELOG.md has a section ${version}`,
      problem: section === undefined
        ? `rename "## Unreleased" to "## ${version}"`
        : section === ""
        ? "it is empty: say what has changed"
        : undefined,
    },
    {
      what: "README.md's import lines are of this version",
      problem: withImportLines(release) === release.readme
        ? undefined
        : "run `deno task release`, which writes them, and commit them",
    },
  ];
}

/** Of Semantic Versioning: https://semver.org. */
function isVersion(version: string): boolean {
  return /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?$/.test(version);
}

/** A version's section of the changelog, without its heading; nothing where there is none. */
export function changelogSection(changelog: string, version: string): string | undefined {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.split("\n", 1)[0]!.trim() === version);
  return section?.slice(section.indexOf("\n") + 1).trim();
}

const [begin, end] = [
  "<!-- By `deno task release`, of deno.json: -->",
  "<!-- End of what `deno task release` writes. -->",
];

/** TensorFlow.js is the program's own, and the version that this one was tested with. */
const tensorFlow = "@tensorflow/tfjs@4.22.0";

/**
 * README with the lines that get the package.
 *
 * @throws {RangeError} if it does not have the two marks between which they stand
 */
export function withImportLines(
  { readme, name, version }: Pick<Release, "readme" | "name" | "version">,
): string {
  const from = readme.indexOf(begin), to = readme.indexOf(end);
  if (from < 0 || to < from) {
    throw new RangeError(`README.md must hold "${begin}", and below it "${end}"`);
  }
  const commands = [
    [`deno add jsr:${name}@${version}`, "Deno"],
    [`npm install ${name}@${version} ${tensorFlow}`, "Node, bundlers"],
  ] as const;
  const width = Math.max(...commands.map(([command]) => command.length));
  const lines = commands.map(([command, where]) => `${command.padEnd(width)} # ${where}`);
  const block = `${begin}\n\n\`\`\`sh\n${lines.join("\n")}\n\`\`\`\n\n`;
  return readme.slice(0, from) + block + readme.slice(to);
}
