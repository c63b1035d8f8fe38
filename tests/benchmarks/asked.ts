import assert from "node:assert/strict";
import type { Program } from "../../benchmarks/cli/program.ts";
import { parse } from "../../benchmarks/cli/parse.ts";

/** What a command line asks of a program. */
export function asked<A>(program: Program<A>, line: string): A {
  const parsed = parse(program, line.split(" ").filter(Boolean));
  assert.ok(parsed !== "help");
  return parsed.asked;
}
