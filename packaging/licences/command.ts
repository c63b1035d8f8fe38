/**
 * `deno task licences [--check]`: writes docs/licences.md, or says what is wrong with it: a licence
 * that is unknown or not accepted, or a list that is not that of the lock file.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { findBuild } from "../../src/backends/tensorflow/wheels.ts";
import { endWith } from "../mistakes.ts";
import { problemsOf, type WheelNamed } from "./check.ts";
import { documentOf } from "./document.ts";
import { graphOf, readPackages } from "./packages.ts";

const path = fileURLToPath(new URL("../../docs/licences.md", import.meta.url));

/** The wheels of all systems, each once. */
export function allWheels(): WheelNamed[] {
  const wheels = [
    findBuild("cpu", "linux", "x86_64"),
    findBuild("gpu", "linux", "x86_64"),
    findBuild("cpu", "linux", "aarch64"),
    findBuild("cpu", "darwin", "aarch64"),
  ].flatMap((build) => build?.wheels ?? []);
  return [...new Map(wheels.map((wheel) => [`${wheel.name}@${wheel.version}`, wheel])).values()];
}

/** Returns what is wrong, after it has written what is right where that is asked for. */
async function licences(check: boolean): Promise<string[]> {
  const packages = await readPackages(), wheels = allWheels();
  const problems = problemsOf(packages, wheels);
  if (problems.length > 0) return problems;
  const library = await graphOf(["mod.ts"]);
  const text = await formatted(documentOf({ packages, wheels, library }));
  const there = await Deno.readTextFile(path).catch(() => "");
  if (check) {
    if (there !== text) {
      return ["docs/licences.md is not of this lock file: run `deno task licences`"];
    }
    console.log(
      `${packages.length} packages and ${wheels.length} wheels: all licences are accepted`,
    );
  } else {
    if (there !== text) await Deno.writeTextFile(path, text);
    console.log(`${path}: ${packages.length} packages, ${wheels.length} wheels`);
  }
  return [];
}

/** As `deno fmt` has it. */
async function formatted(text: string): Promise<string> {
  const child = new Deno.Command("deno", {
    args: ["fmt", "--ext=md", "--line-width=100", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  return new TextDecoder().decode((await child.output()).stdout);
}

if (import.meta.main) {
  await endWith("licences", async () => {
    const { values } = parseArgs({ args: Deno.args, options: { check: { type: "boolean" } } });
    const problems = await licences(values.check ?? false);
    for (const problem of problems) console.error(`error: ${problem}`);
    return problems.length > 0 ? 1 : 0;
  });
}
