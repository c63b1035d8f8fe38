import { accepted, licencesIn, proprietary, wheelLicences } from "./allowed.ts";
import type { Package } from "./packages.ts";

/** A wheel that the setup fetches. */
export interface WheelNamed {
  readonly name: string;
  readonly version: string;
}

/**
 * What is wrong with the licences.
 *
 * @returns a line for each package that tells none, or one that is not accepted
 */
export function problemsOf(
  packages: readonly Pick<Package, "name" | "version" | "licence">[],
  wheels: readonly WheelNamed[],
): string[] {
  const own = packages.flatMap((each) => problem(`${each.name}@${each.version}`, each.licence));
  const others = wheels.flatMap(({ name, version }) => {
    const key = `${name}@${version}`, licence = wheelLicences[key];
    const isNvidia = name.startsWith("nvidia-") && licence === proprietary;
    return isNvidia ? [] : problem(key, licence);
  });
  return [...own, ...others];
}

function problem(key: string, licence: string | undefined): string[] {
  if (licence === undefined) {
    return [`${key} tells no licence: read it, and write it down in packaging/licences/allowed.ts`];
  }
  const names = licencesIn(licence);
  if (names === undefined) {
    return [
      `${key} has the licence "${licence}", which is no SPDX expression: read it, and write ` +
      "down in packaging/licences/allowed.ts what it is",
    ];
  }
  const foreign = names.filter((name) => !accepted.has(name));
  return foreign.length === 0 ? [] : [
    `${key} has the licence "${licence}", and ${foreign.join(", ")} is not accepted: use another ` +
    "package, or accept it in packaging/licences/allowed.ts",
  ];
}
