/**
 * Runs a target in processes of its own, and watches them: one that says nothing for a while hangs, and
 * one that ends without having said so has crashed. Both are faults, told with the case; the next block
 * goes on in another process.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Task } from "./child.ts";
import { emptyTally, type Fault, type Tally } from "./run_target.ts";

/** What came of a target. */
export interface Outcome {
  target: string;
  tally: Tally;
  /** The second reader's name, where one was asked. */
  second?: string;
  durationMs: number;
}

/** A line of a child. */
interface Line {
  block?: number;
  run?: number;
  done?: number;
  tally?: Tally;
  second?: string | null;
  ended?: true;
  broken?: string;
  described?: { made: string; bytes: string };
}

/** A process says nothing for this long only if it hangs: a case may take ten seconds, its shrinking more. */
const silenceMs = 45_000;

/** So many processes that died are enough to be told. */
const mostDeaths = 5;

/** Runs a target to its last block, through crashes and hangs. */
export async function runTarget(task: Task, signal?: AbortSignal): Promise<Outcome> {
  const began = performance.now();
  const whole = emptyTally();
  const last = task.block + task.blocks;
  let second: string | undefined;
  let block = task.block;
  for (let deaths = 0; block < last && deaths < mostDeaths;) {
    const end = await runChild({ ...task, block, blocks: last - block }, signal);
    second ??= end.second;
    add(whole, end.tally);
    if (end.ended) break;
    deaths++;
    const at = end.at ?? { block, run: 0 };
    const described = await describe({ ...task, block: at.block, blocks: 1, describe: at.run });
    const kind = end.hung ? "hangs" : "ends the process";
    const fault: Fault = {
      kind,
      seen: end.said,
      block: at.block,
      count: 1,
      made: "",
      bytes: "",
      ...described,
    };
    whole.faults.push(fault);
    whole.cases += at.run + 1;
    block = at.block + 1;
    if (task.until !== undefined && Date.now() >= task.until) break;
  }
  return {
    target: task.target,
    tally: whole,
    durationMs: performance.now() - began,
    ...second && { second },
  };
}

interface End {
  ended: boolean;
  hung: boolean;
  at?: { block: number; run: number };
  said: string;
  tally: Tally;
  second?: string;
}

async function runChild(task: Task, signal?: AbortSignal): Promise<End> {
  const child = start(task);
  let hung = false;
  const kill = () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
  };
  signal?.addEventListener("abort", kill);
  const end: End = { ended: false, hung: false, said: "", tally: emptyTally() };
  const errors = tailOf(child.stderr);
  let timer = setTimeout(kill, silenceMs);
  for await (const line of linesOf(child.stdout)) {
    clearTimeout(timer);
    timer = setTimeout(() => {
      hung = true;
      kill();
    }, silenceMs);
    const { block, run, tally, second, ended, broken } = line;
    if (block !== undefined && run !== undefined) end.at = { block, run };
    if (tally !== undefined) end.tally = tally;
    if (second) end.second = second;
    if (ended) end.ended = true;
    if (broken !== undefined) {
      clearTimeout(timer);
      throw new Error(`The fuzzer's process for ${task.target} failed: ${broken}`);
    }
  }
  clearTimeout(timer);
  const status = await child.status;
  signal?.removeEventListener("abort", kill);
  signal?.throwIfAborted();
  const how = status.signal ?? `exit code ${status.code}`;
  return {
    ...end,
    hung,
    said: `${hung ? `silent for ${silenceMs / 1000} s` : how}\n${await errors}`.trim(),
  };
}

async function describe(task: Task): Promise<{ made: string; bytes: string } | undefined> {
  const child = start(task);
  const errors = tailOf(child.stderr);
  let found: Line["described"];
  for await (const { described } of linesOf(child.stdout)) found = described;
  await child.status;
  await errors;
  return found;
}

function start(task: Task): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-check", "--allow-all"], // Linux's memory figures are asked of /proc
      fileURLToPath(new URL("child.ts", import.meta.url)),
      JSON.stringify(task),
    ],
    env: { TF_CPP_MIN_LOG_LEVEL: "2", NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<Line> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) if (line.startsWith("{")) yield JSON.parse(line) as Line;
  }
}

/** The end of what a process said on standard error. */
async function tailOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let tail = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    tail = (tail + text).slice(-800);
  }
  return tail;
}

/** Adds a process's tally to the whole. */
function add(whole: Tally, part: Tally): void {
  whole.cases += part.cases;
  whole.accepted += part.accepted;
  whole.both.read += part.both.read;
  whole.both.refused += part.both.refused;
  whole.slowestMs = Math.max(whole.slowestMs, part.slowestMs);
  whole.largestGrowthBytes = Math.max(whole.largestGrowthBytes, part.largestGrowthBytes);
  for (const [form, count] of Object.entries(part.refused)) {
    whole.refused[form] = (whole.refused[form] ?? 0) + count;
  }
  for (const [kind, { count, example }] of Object.entries(part.differences)) {
    whole.differences[kind] ??= { count: 0, example };
    whole.differences[kind].count += count;
  }
  for (const fault of part.faults) {
    const known = whole.faults.find(({ kind }) => kind === fault.kind);
    if (known === undefined) whole.faults.push(fault);
    else known.count += fault.count;
  }
}
