/**
 * A subject of this library, in a process of its own: see {@linkcode serve}.
 *
 *     deno run --allow-read --allow-env --allow-ffi benchmarks/overhead/subject.ts ORDER
 *
 * @module
 */
import { serve } from "./protocol.ts";
import type { SubjectOrder } from "./subjects.ts";
import { openWork } from "./work.ts";

if (import.meta.main) {
  // Ctrl-C is the harness's to answer: a subject ends with its stdin.
  Deno.addSignalListener("SIGINT", () => {});
  // stdout belongs to the protocol.
  console.log = console.info = console.error;
  const encoder = new TextEncoder();
  const work = await openWork(JSON.parse(Deno.args[0]!) as SubjectOrder);
  await serve(work, Deno.stdin.readable, (text) => {
    Deno.stdout.writeSync(encoder.encode(`${text}\n`));
  });
  Deno.exit(0);
}
