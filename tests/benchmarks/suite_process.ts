/** A suite as its users meet it: a process with a command line, files and an exit code. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { CellRecord } from "../../benchmarks/record/mod.ts";
import { costPrefix } from "../../benchmarks/report/cells/csv.ts";
import config from "../../deno.json" with { type: "json" };

const root = new URL("../..", import.meta.url).pathname;

/** How a process ended. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** A suite's program, started with the permissions of its task. */
export interface SuiteProcess {
  /** The arguments with which Deno runs it. */
  args(line: string): string[];
  /** Starts it with a line of arguments, and variables beside those of this process. */
  spawn(line: string, variables?: Record<string, string>): Deno.ChildProcess;
  /** Starts it so that signals are ignored, as `nohup` does. */
  spawnIgnoring(signals: readonly Deno.Signal[], line: string): Deno.ChildProcess;
  /** Starts it and waits for its end. */
  run(line: string): Promise<Ended>;
  /** A test with a folder of its own. */
  test(name: string, body: (folder: string) => Promise<void>): void;
}

/** What else a program would take for a sign that `nohup` started it, as it may have the tests. */
export const notByNohup = { _: "" } as const;

/**
 * The program of a task in deno.json.
 *
 * @param task the task's name
 * @param program another program, to be run as the task's
 */
export function suiteProcess(task: keyof typeof config.tasks, program?: string): SuiteProcess {
  const [, ...words] = config.tasks[task].command.split(" ");
  if (program !== undefined) words.splice(-1, 1, program);
  const args = (line: string) => [...words, ...line.split(" ").filter(Boolean)];
  const start = (program: string, args: string[], variables: Record<string, string> = {}) => {
    const options = {
      args,
      cwd: root,
      stdout: "piped",
      stderr: "piped",
      stdin: "null",
      env: { ...notByNohup, ...variables },
    } as const;
    return withDefaultSignals(() => new Deno.Command(program, options).spawn());
  };
  const spawn = (line: string, variables?: Record<string, string>) =>
    start(Deno.execPath(), args(line), variables);
  return {
    args,
    spawn,
    spawnIgnoring(signals, line) {
      const names = signals.map((signal) => signal.replace("SIG", "")).join(" ");
      return start("sh", [
        "-c",
        `trap '' ${names}; exec "$0" "$@"`,
        Deno.execPath(),
        ...args(line),
      ]);
    },
    run: (line) => ended(spawn(line)),
    test: (name, body) =>
      Deno.test(`${program ?? task} ${name}`, async () => {
        const folder = await Deno.makeTempDir({ prefix: "suite-test-" });
        try {
          await body(folder);
        } finally {
          await Deno.remove(folder, { recursive: true });
        }
      }),
  };
}

/**
 * Starts a process whose signals are not ignored, though the tests may be run in a shell's background.
 * A process inherits what is ignored, and nothing of what is listened to.
 */
export function withDefaultSignals<T>(start: () => T): T {
  const nothing = () => {};
  const signals = ["SIGINT", "SIGHUP", "SIGTERM"] as const;
  signals.forEach((signal) => Deno.addSignalListener(signal, nothing));
  try {
    return start();
  } finally {
    signals.forEach((signal) => Deno.removeSignalListener(signal, nothing));
  }
}

/** Waits for a process's end. */
export async function ended(process: Deno.ChildProcess): Promise<Ended> {
  const { code, stdout, stderr } = await process.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Fails unless the run ended so, with the error in one line and no stack. */
export function assertError({ code, stderr }: Ended, expected: number, message: RegExp): void {
  assert.match(stderr, message);
  assert.doesNotMatch(stderr, /\n\s+at /, "a stack trace");
  assert.equal(code, expected, stderr);
}

/** Fields of a cell that a clock or the memory measured, and the traces of going on. */
export const measuredFields = [
  "stepDurationsMs",
  "warmupSteps",
  "imagesPerSecond",
  "peakBytes",
  "bytesBefore",
  "durationMs",
  "startedAt",
  "resumedAt",
] as const satisfies (keyof CellRecord)[];

/** The CSV without what a clock measured. */
export async function untimed(out: string): Promise<string[]> {
  const csv = await Deno.readTextFile(join(out, "result.csv"));
  return csv.split("\n").filter((line) => !line.includes(`,${costPrefix}`));
}

/** Waits until a process has written a file; fails where the process ends before. */
export async function written(path: string, process: Deno.ChildProcess): Promise<void> {
  let over = false;
  process.status.then(() => over = true);
  while (!await exists(path)) {
    assert.ok(!over, `the process ended without ${path}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Whether there is such a file or folder. */
export async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
