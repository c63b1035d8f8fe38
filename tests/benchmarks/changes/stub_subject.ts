/** A version of this library whose step takes as long as it says. */
import { put } from "../../datasets/files.ts";

/**
 * Writes a program that speaks a subject's protocol.
 *
 * @param folder the checkout's folder
 * @param durationMs what it tells for each step: an expression of JavaScript
 */
export async function putSubject(folder: string, durationMs: string): Promise<void> {
  await put(
    folder,
    "benchmarks/timing/subject.ts",
    `
      const say = (reply) => console.log(JSON.stringify(reply));
      say({ ready: { versions: {}, parameterCount: 1, threads: 1 } });
      for await (const _ of Deno.stdin.readable) say({ durationsMs: [${durationMs}], value: 0 });
    `,
  );
}
