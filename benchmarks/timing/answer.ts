import { listenToStops } from "../cli/signals/stop_signals.ts";
import { serve, type SubjectOrder, type Work } from "./protocol.ts";

/** Why a subject cannot run here, which is no fault. */
export class UnavailableError extends Error {
  override readonly name: string = "UnavailableError";
}

/**
 * The main program of a subject in Deno: opens the work that its last argument orders and answers
 * the harness until its stdin ends.
 *
 * @param open prepares the work
 * @param absences names of errors that tell what this machine lacks, so that none of their classes
 * is loaded
 */
export function answerHarness(
  open: (order: SubjectOrder) => Promise<Work>,
  absences: readonly string[] = [],
): Promise<never> {
  return answerBy(serve, open, absences);
}

/**
 * As {@linkcode answerHarness}, by another protocol.
 *
 * @param serve answers the requests
 */
export async function answerBy<O, W>(
  serve: (
    work: W,
    requests: ReadableStream<Uint8Array<ArrayBuffer>>,
    reply: (line: string) => void,
  ) => Promise<void>,
  open: (order: O) => Promise<W>,
  absences: readonly string[] = [],
): Promise<never> {
  // Only the harness answers signals: a subject ends when its stdin does.
  listenToStops(() => {});
  // stdout belongs to the protocol.
  console.log = console.info = console.error;
  const encoder = new TextEncoder();
  const reply = (text: string) => void Deno.stdout.writeSync(encoder.encode(`${text}\n`));
  const work = await open(JSON.parse(Deno.args[0]!) as O).catch((error) => {
    if (![UnavailableError.name, ...absences].includes(error?.name)) throw error;
    reply(JSON.stringify({ unavailable: error.message }));
    Deno.exit(0);
  });
  await serve(work, Deno.stdin.readable, reply);
  Deno.exit(0);
}
