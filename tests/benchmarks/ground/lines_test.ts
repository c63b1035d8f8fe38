import assert from "node:assert/strict";
import { linesOf } from "../../../benchmarks/ground/lines.ts";

/** The lines of a stream that comes in these pieces. */
async function linesIn(...pieces: (string | number[])[]): Promise<string[]> {
  const bytes = pieces.map((piece) =>
    typeof piece === "string" ? new TextEncoder().encode(piece) : Uint8Array.from(piece)
  );
  return await Array.fromAsync(linesOf(ReadableStream.from(bytes)));
}

Deno.test("linesOf() gives lines however the bytes come, the last with or without its end", async () => {
  assert.deepEqual(await linesIn("a\nb", "c\n", "\nd"), ["a", "bc", "", "d"]);
  assert.deepEqual(await linesIn("a\n"), ["a"]);
  assert.deepEqual(await linesIn(), []);
  assert.deepEqual(await linesIn([0xc3], [0xa9, 10]), ["é"], "a character in two pieces");
});
