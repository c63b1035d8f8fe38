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
  // stdout belongs to the protocol.
  const line = new TextEncoder();
  console.log = console.info = console.error;
  const work = await openWork(JSON.parse(Deno.args[0]!) as SubjectOrder);
  await serve(work, Deno.stdin.readable, (text) => {
    Deno.stdout.writeSync(line.encode(`${text}\n`));
  });
  Deno.exit(0);
}
