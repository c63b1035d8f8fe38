import assert from "node:assert/strict";
import { parse } from "../../benchmarks/cli/command.ts";
import type { Program } from "../../benchmarks/cli/program.ts";

/** What a command line asks of a program, whose options have the values `A`. */
export function asked<A>(program: Program, line: string): A {
  const parsed = parse<object>(program, line.split(" ").filter(Boolean));
  assert.ok(typeof parsed !== "string", "no help is asked for");
  return parsed.asked as A;
}
