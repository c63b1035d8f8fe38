import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { linesOf } from "../ground/lines.ts";
import { type Message, message, type MessageOf } from "./protocol.ts";
import type { Subject } from "./subjects.ts";

/** What came of examining a backend. */
export interface Examination {
  subject: Subject;
  /** Nothing where it did not start. */
  started?: MessageOf<"started">;
  golden: MessageOf<"golden">[];
  step?: MessageOf<"step">;
  times?: MessageOf<"times">;
  peakBytes?: number;
  /** Why it does not start here, in its own words. */
  unavailable?: string;
  /** How it ended before it was done: an error, a signal, lack of time, and where that was. */
  broke?: string;
  /** What its process wrote on stderr, the last lines. */
  stderr: string[];
}

/** How a backend is examined. */
export interface ExamineOptions {
  /** How long steps are timed. */
  seconds: number;
  /** After how many seconds its process is killed. */
  limitSeconds: number;
  /** Takes out of foreign text what nobody else should read. */
  scrub: (text: string) => string;
  /** Hears of what comes next. */
  onBegin?: (what: string) => void;
  /** The program. @default {subject.ts} */
  program?: string;
}

/** Lines of stderr that are kept. */
const keptLines = 15;

/**
 * Examines a backend in a process of its own, whatever becomes of that.
 *
 * @param subject what is examined
 */
export async function examine(subject: Subject, options: ExamineOptions): Promise<Examination> {
  const { seconds, limitSeconds, scrub, onBegin = () => {} } = options;
  const program = options.program ?? fileURLToPath(new URL("./subject.ts", import.meta.url));
  const permissions = ["--no-prompt", "--allow-read", "--allow-env", "--allow-ffi"];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...permissions, program, subject.backend, `${seconds}`],
    env: { NO_COLOR: "1", ...subject.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, 1000 * limitSeconds);
  const stderr = lastLines(child.stderr, scrub);
  const found: Examination = { subject, golden: [], stderr: [] };
  let at = "its start", done = false;
  for await (const line of linesOf(child.stdout)) {
    const told = read(line, scrub);
    if (told === undefined) continue; // a library's own words
    if (told.kind === "begin") onBegin(at = told.what);
    else if (told.kind === "done") done = true;
    else keep(found, told, at);
  }
  const { code, signal } = await child.status;
  clearTimeout(timer);
  found.stderr = await stderr;
  const ended = late ? `no end within ${limitSeconds} s` : endOf(code, signal, done);
  const isKnown = found.unavailable !== undefined || found.broke !== undefined;
  if (ended !== undefined && !(isKnown && code === 0)) found.broke = `${ended}, at ${at}`;
  return found;
}

function keep(found: Examination, told: Message, at: string): void {
  switch (told.kind) {
    case "started":
      found.started = told;
      break;
    case "golden":
      found.golden.push(told);
      break;
    case "step":
      found.step = told;
      break;
    case "times":
      found.times = told;
      break;
    case "memory":
      found.peakBytes = told.peakBytes;
      break;
    case "failed":
      if (found.started === undefined) found.unavailable = told.error;
      else found.broke = `${told.error}, at ${at}`;
  }
}

/** How a process ended that was to end by itself; nothing where it was done, or told of an error. */
function endOf(code: number, signal: Deno.Signal | null, done: boolean): string | undefined {
  if (signal !== null) return `its process was ended by ${signal}`;
  if (code !== 0) return `its process ended with exit code ${code}`;
  return done ? undefined : "its process ended too soon";
}

function read(line: string, scrub: (text: string) => string): Message | undefined {
  const json = v.safeParse(v.pipe(v.string(), v.parseJson(), message), line);
  return json.success ? scrubbed(json.output, scrub) as Message : undefined;
}

/** A value in which all texts are scrubbed. */
function scrubbed(value: unknown, scrub: (text: string) => string): unknown {
  if (typeof value === "string") return scrub(value);
  if (Array.isArray(value)) return value.map((element) => scrubbed(element, scrub));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, element]) => [key, scrubbed(element, scrub)]),
  );
}

async function lastLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  scrub: (text: string) => string,
): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(stream)) {
    lines.push(scrub(line));
    if (lines.length > keptLines) lines.shift();
  }
  return lines;
}
