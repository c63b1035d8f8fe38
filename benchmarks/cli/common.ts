/**
 * Options that several programs have.
 *
 * @module
 */
import { backendNames } from "../../src/backends/select.ts";
import type { Settings } from "../experiments/settings.ts";
import { folder, type Kind, kind, nameOf } from "../ground/kinds.ts";
import { flag, type Option, option, repeated } from "./options.ts";

/** An option that always has a value. */
type Given<T> = Option<T> & { readonly default: T };

/** Names of backends. */
export const backendName: Kind<string> = nameOf("backend", backendNames);

/**
 * Which profile is run.
 *
 * @param profiles the profiles by name; `quick` is the default
 */
export function profile(
  profiles: Readonly<Record<string, { description: string }>>,
): Given<string> {
  const described = Object.entries(profiles).map(([name, { description }]) => [name, description]);
  return option(nameOf("profile", Object.keys(profiles)), "what to run", {
    default: "quick",
    names: Object.fromEntries(described),
  });
}

/**
 * Where results go.
 *
 * @param name the folder's name below `reports/latest`, by default
 */
export function out(name: string): Given<string> {
  return option(folder, "where results go", { default: `reports/latest/${name}` });
}

/** Whether an earlier run is replaced. */
export const force: Given<boolean> = flag("replace what is in --out");

/** Whether an earlier run that is taken up may be replaced instead: it may not. */
export const notReplaced: Pick<Option<boolean>, "excludes"> = {
  excludes: { force: "keep what is there, or replace it" },
};

/** A value of a profile and its replacement, `key=value`. */
export type Assignment = [key: string, value: string];

const assignment = kind<Assignment>({
  metavar: "key=value",
  wanted: "key=value",
  parse: (text) => /^([^=]+)=(.*)$/s.exec(text)?.slice(1),
  is: (value): value is Assignment => Array.isArray(value),
});

/**
 * What replaces values of the profile.
 *
 * @param quick the profile whose values the help shows
 */
export function set<P extends Settings<P>>(quick: P): Given<Assignment[]> {
  const keys = Object.entries(quick).filter(([key]) => key !== "description").sort();
  return repeated(assignment, "replace a value of the profile; here with those of quick", {
    names: Object.fromEntries(keys.map(([key, value]) => [`${key}=${value}`, ""])),
  });
}
