/** `bench:reference` in this process: its shards are processes all the same. */
import type { Ending } from "../../../benchmarks/cli/exit.ts";
import { runProgram } from "../../../benchmarks/cli/program.ts";
import { referenceProgram } from "../../../benchmarks/reference/command.ts";
import type { ReferencePart } from "../../../benchmarks/reference/part.ts";
import { tinyParts } from "./tiny_parts.ts";

/** How a run ended, and what it printed. */
export interface Ran {
  ending: Ending;
  out: string;
  errors: string;
}

/**
 * Runs parts with a line of arguments.
 *
 * @throws what the program throws
 */
export async function here(
  line: string,
  { parts = tinyParts, signal }: { parts?: readonly ReferencePart[]; signal?: AbortSignal } = {},
): Promise<Ran> {
  const out: unknown[] = [], errors: unknown[] = [];
  const { log, error } = console;
  console.log = (...words: unknown[]) => void out.push(...words);
  console.error = (...words: unknown[]) => void errors.push(...words);
  try {
    const words = line.split(" ").filter(Boolean);
    const ending = await runProgram(referenceProgram(parts), words, signal);
    return { ending, out: out.join("\n"), errors: errors.join("\n") };
  } finally {
    Object.assign(console, { log, error });
  }
}

/** A test with a folder of its own. */
export function test(name: string, body: (folder: string) => Promise<void>): void {
  Deno.test(`bench:reference ${name}`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "reference-" });
    try {
      await body(folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
