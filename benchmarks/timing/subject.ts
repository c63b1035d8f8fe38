/**
 * A subject of this library, in a process of its own: see {@linkcode serve}.
 *
 *     deno run --allow-read --allow-env --allow-ffi benchmarks/timing/subject.ts ORDER
 *
 * @module
 */
import { listenToStops } from "../cli/signals/stop_signals.ts";
import { serve, type SubjectOrder } from "./protocol.ts";
import { openWork } from "./work.ts";

/** Errors of backends that this machine lacks, by name, so that none of their classes is loaded. */
const absences: ReadonlySet<unknown> = new Set(["WebGpuAdapterError", "TensorFlowLibraryError"]);

if (import.meta.main) {
  // Only the harness answers signals: a subject ends when its stdin does.
  listenToStops(() => {});
  // stdout belongs to the protocol.
  console.log = console.info = console.error;
  const encoder = new TextEncoder();
  const reply = (text: string) => void Deno.stdout.writeSync(encoder.encode(`${text}\n`));
  const work = await openWork(JSON.parse(Deno.args[0]!) as SubjectOrder).catch((error) => {
    if (!absences.has(error?.name)) throw error;
    reply(JSON.stringify({ unavailable: error.message }));
    Deno.exit(0);
  });
  await serve(work, Deno.stdin.readable, reply);
  Deno.exit(0);
}
