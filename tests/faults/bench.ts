/**
 * Starts the runs, and holds what they leave against an undisturbed one.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cellPath, type CellRecord, readCell } from "../../benchmarks/record/mod.ts";
import {
  type Ended,
  ended,
  measuredFields,
  notByNohup,
  suiteProcess,
  untimed,
  withDefaultSignals,
} from "../benchmarks/suite_process.ts";
import { armsOf, lineOf, type Subject } from "./subjects.ts";
import { assertWhole, filesIn } from "./whole.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A run takes seconds; one that has not ended by then hangs. */
const hangsAfterMs = 180_000;

/** How a run is started, besides its subject. */
export interface StartOptions {
  /** More arguments. */
  more?: string;
  /** A module's text that is run before the suite; then the run has all permissions. */
  preload?: string;
  /** A program with its arguments that starts it. */
  through?: readonly string[];
  /** Another command line than the subject's. */
  line?: string;
  /** Another program than the subject's suite: `line` is the whole of its command line. */
  task?: "report" | "bench:overhead";
}

/** A run that was started. */
export interface Run {
  readonly pid: number;
  /** Its end; an error if it hangs. */
  readonly end: Promise<Ended>;
  /** Whether it has ended. */
  hasEnded(): boolean;
  /** Sends it a signal; nothing happens where it has ended. */
  signal(name: Deno.Signal): void;
}

/** What an undisturbed run leaves. */
interface Reference {
  durationMs: number;
  bytes: number;
  traces: unknown;
}

/** The folder of all runs of the campaign, and what undisturbed ones came to. */
export class Bench implements AsyncDisposable {
  readonly #references = new Map<string, Promise<Reference>>();
  readonly #running = new Set<Run>();
  #made = 0;
  #stopped = false;

  private constructor(readonly folder: string) {}

  /** Makes its folder. */
  static async make(): Promise<Bench> {
    return new Bench(await Deno.makeTempDir({ prefix: "faults-" }));
  }

  /** A path in the folder at which nothing is. */
  place(): string {
    return join(this.folder, `${++this.#made}`);
  }

  /** Starts a run. */
  async start(subject: Subject, out: string, options: StartOptions = {}): Promise<Run> {
    if (this.#stopped) throw new Error("no run is started any more");
    const { more = "", preload, through = [], line = lineOf(subject) } = options;
    const whole = options.task === undefined ? `${line} --out ${out} ${more}` : line;
    let args = suiteProcess(options.task ?? `bench:${subject.suite}`).args(whole);
    if (preload !== undefined) {
      const module = `${this.place()}.ts`;
      await Deno.writeTextFile(module, preload);
      args = args.filter((word) => !word.startsWith("--allow-"));
      args.splice(1, 0, "--allow-all", `--preload=${module}`);
    }
    const [program, ...words] = [...through, Deno.execPath(), ...args];
    const process = withDefaultSignals(() =>
      new Deno.Command(program!, {
        args: words,
        cwd: root,
        stdout: "piped",
        stderr: "piped",
        stdin: "null",
        env: { ...notByNohup, NO_COLOR: "1" },
      }).spawn()
    );
    let over = false;
    const signal = (name: Deno.Signal) => {
      if (over) return;
      try {
        process.kill(name);
      } catch {
        // It has just ended.
      }
    };
    let hangs = false;
    const timer = setTimeout(() => {
      hangs = true;
      signal("SIGKILL");
    }, hangsAfterMs);
    const run: Run = {
      pid: process.pid,
      hasEnded: () => over,
      signal,
      end: ended(process).then((how) => {
        if (hangs) throw new Error(`it hangs: ${hangsAfterMs / 1000} s\n${how.stderr}`);
        return how;
      }).finally(() => {
        over = true;
        clearTimeout(timer);
        this.#running.delete(run);
      }),
    };
    process.status.then(() => over = true);
    run.end.catch(() => {});
    this.#running.add(run);
    return run;
  }

  /** Starts a run and waits for its end. */
  async run(subject: Subject, out: string, options?: StartOptions): Promise<Ended> {
    return await (await this.start(subject, out, options)).end;
  }

  /** What the subject comes to if nothing disturbs it; it is run once. */
  reference(subject: Subject, line: string = lineOf(subject)): Promise<Reference> {
    const key = JSON.stringify([subject.suite, line]);
    const known = this.#references.get(key);
    if (known !== undefined) return known;
    const made = this.#makeReference(subject, line);
    this.#references.set(key, made);
    return made;
  }

  async #makeReference(subject: Subject, line: string): Promise<Reference> {
    const out = this.place();
    await this.run(subject, out, { more: "--dry-run", line }); // makes the pictures
    const began = performance.now();
    const { code, stderr } = await this.run(subject, out, { line });
    assert.equal(code, 0, `the undisturbed run failed: ${stderr}`);
    const durationMs = performance.now() - began;
    await assertWhole(out, { ended: true });
    const sizes = (await filesIn(out)).map(async (path) => (await Deno.stat(join(out, path))).size);
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    return { durationMs, bytes, traces: await this.tracesOf(subject, out) };
  }

  /** Goes on with a run, and fails unless it comes to the undisturbed numbers. */
  async assertResumes(subject: Subject, out: string, line?: string): Promise<Ended> {
    await assertWhole(out, { ended: false });
    const how = await this.run(subject, out, { more: "--resume", ...line && { line } });
    assert.equal(how.code, 0, `--resume ended with ${how.code}: ${how.stderr}`);
    await this.assertSame(subject, out, line);
    return how;
  }

  /** Fails unless a run that has ended came to the undisturbed numbers; removes it. */
  async assertSame(subject: Subject, out: string, line?: string): Promise<void> {
    await assertWhole(out, { ended: true });
    assert.deepEqual(
      await this.tracesOf(subject, out),
      (await this.reference(subject, line)).traces,
    );
    await Deno.remove(out, { recursive: true });
  }

  /** The numbers of a run: its CSV, its cells, the steps of its logs and its weights. */
  async tracesOf(subject: Subject, out: string): Promise<unknown> {
    const cells = await Promise.all(
      armsOf(subject).map(async (arm) => {
        const record: Partial<CellRecord> = await readCell(cellPath(out, { arm, seed: 0 }));
        for (const key of measuredFields) delete record[key];
        const log = await Deno.readTextFile(join(out, `logs/${arm}-seed0.jsonl`));
        const steps = log.trimEnd().split("\n").map((line) => JSON.parse(line))
          .filter(({ event }) => event === "stepEnd" || event === "evalEnd" || event === "cellEnd")
          .map(({ event, step, loss, metrics, status }) => ({
            event,
            step,
            loss,
            metrics,
            status,
          }));
        return { record, steps };
      }),
    );
    const files = (await filesIn(out)).filter((path) => !path.startsWith("."));
    return { csv: await untimed(out), cells, files };
  }

  /** Ends what still runs; nothing is started any more. */
  killAll(): void {
    this.#stopped = true;
    for (const run of this.#running) run.signal("SIGKILL");
  }

  /** Ends what still runs, and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.killAll();
    await Promise.all([...this.#running].map(({ end }) => end.catch(() => {})));
    await Deno.remove(this.folder, { recursive: true }).catch(() => {});
  }
}

/** Fails unless a run was refused clearly: one of the exit codes, and an error without a stack. */
export function assertRefused(
  { code, stderr }: Ended,
  codes: readonly number[],
  says: RegExp,
): void {
  assert.ok(codes.includes(code), `exit code ${code}, not ${codes.join(" or ")}: ${stderr}`);
  assert.match(stderr, says);
  if (code !== 5) assert.doesNotMatch(stderr, /\n\s+at /, "a stack trace");
}

/** Waits. */
export function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
