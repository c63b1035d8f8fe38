/**
 * Options that several programs have.
 *
 * @module
 */
import { backendNames } from "../../src/backends/select.ts";
import type { Settings } from "../experiments/settings.ts";
import { count, folder, kind, nameOf, type ValueKind } from "../ground/value_kinds.ts";
import { flag, type Option, option, repeated } from "./options.ts";

/** Names of backends. */
export const backendName: ValueKind<string> = nameOf("backend", backendNames);

/** Numbers of threads beside the main one; more than these only take memory. */
export const threads: ValueKind<number> = count(0, 256);

/** What computes where no backend is named, in words. */
export const bestBackend = "tensorflow where it is set up, else wasm";

/** Which profile is run: one of these, `quick` by default. */
export function profile(profiles: Record<string, { description: string }>): Option<string> {
  const described = Object.entries(profiles).map(([name, { description }]) => [name, description]);
  return option(nameOf("profile", Object.keys(profiles)), "what to run", {
    default: "quick",
    names: Object.fromEntries(described),
  });
}

/** Where results go: into a folder of this name below `reports/latest`, by default. */
export function out(name: string): Option<string> {
  return option(folder, "where results go", { default: `reports/latest/${name}` });
}

/** Whether an earlier run is replaced. */
export const force: Option<boolean> = flag("replace what is in --out");

/** A value of a profile and its replacement. */
export type Assignment = [key: string, value: string];

const assignment = kind<Assignment>({
  metavar: "key=value",
  wanted: "key=value",
  parse: (text) => /^([^=]+)=(.*)$/s.exec(text)?.slice(1),
  is: (value): value is Assignment => Array.isArray(value),
});

/** What replaces values of the profile; the help shows those of `quick`. */
export function set<P extends Settings<P>>(quick: P): Option<Assignment[]> {
  const pairs = Object.entries(quick).filter(([key]) => key !== "description").sort();
  return repeated(assignment, "replace a value of the profile, below with those of quick", {
    names: Object.fromEntries(pairs.map(([key, value]) => [`${key}=${value}`, ""])),
  });
}
