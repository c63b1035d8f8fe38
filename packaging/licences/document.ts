/** docs/licences.md, made of the packages. */
import { markdownTable } from "markdown-table";
import { accepted, readByHand, wheelLicences } from "./allowed.ts";
import type { WheelNamed } from "./check.ts";
import { groups, type Info, type Package } from "./packages.ts";

/** What the document tells. */
export interface Facts {
  readonly packages: readonly Package[];
  readonly wheels: readonly WheelNamed[];
  /** The graph of `mod.ts`. */
  readonly library: Info;
}

/** The text. */
export function documentOf({ packages, wheels, library }: Facts): string {
  const sections = Object.keys(groups).map((group) => {
    const list = packages.filter((each) => each.group === group);
    const rows = list.map(({ name, version, licence = "" }) => [name, version, licence]);
    return `## ${group}\n\n${list.length} packages.\n\n` +
      markdownTable([["package", "version", "licence"], ...rows]);
  });
  const scripts = packages.filter(({ hasInstallScript }) => hasInstallScript);
  return `${head(packages)}

${sections.join("\n\n")}

## Read by hand

These name a file instead of a licence.

${Object.entries(readByHand).map(([name, { says }]) => `- ${name}: ${says}.`).join("\n")}

## TensorFlow's library

Fetched by \`deno task setup\`, on the user's machine, from the wheels that are pinned in
\`src/backends/tensorflow/wheels.ts\`; NVIDIA's only with \`--gpu\`. Nothing of it is in this
repository or in a package. TensorFlow's own notices of third parties are in its wheel.

${
    markdownTable([
      ["wheel", "version", "licence"],
      ...wheels.map(({ name, version }) => [
        name,
        version,
        wheelLicences[`${name}@${version}`] ?? "",
      ]),
    ])
  }

## What \`mod.ts\` pulls in

Its own modules, and these packages with all that they need: the first group above.
\`deno info mod.ts\` tells how many and how large; [everywhere.md](everywhere.md), what of it a bundled
page has.

${
    library.modules.flatMap(({ npmPackage }) => npmPackage?.split("_")[0] ?? []).sort().map((
      name,
    ) => `- ${name}`).join("\n")
  }

## Scripts at installation

npm would run a script of ${
    scripts.map(({ name, version }) => `${name} ${version}`).join(" and ")
  } when it installs them. Deno runs none, and this project asks for none.
`;
}

function head(packages: readonly Package[]): string {
  return `# Licences

<!-- Written by \`deno task licences\`. -->

This project is licensed under [Apache-2.0](../LICENSE). It uses ${packages.length} npm packages,
pinned by hash in \`deno.lock\`. Each stands below where it is nearest to a user: what the library
needs, the suites may use, too. Accepted are ${
    [...accepted].join(", ")
  }; \`deno task licences --check\` fails on any other, on a package that tells none, and where
this list is not that of the lock file.`;
}
