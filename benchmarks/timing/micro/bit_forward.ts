/**
 * Times a forward pass of a full-size BiT beside timm's, in turns, each in a process of its own:
 *
 * ```sh
 * python tests/models/full_size/bit_reference.py FOLDER resnetv2_50x1_bit
 * deno run -A benchmarks/timing/micro/bit_forward.ts FOLDER PYTHON [BATCH] [ROUNDS]
 * ```
 *
 * Prints each subject's minimum and median, its most memory, and what loading took.
 *
 * @module
 */
import { createInterface, type Interface } from "node:readline";
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const [folder = ".", python = "python3", batch = "8", rounds = "15"] = Deno.args;

/** A process that makes a pass on demand. */
interface Subject {
  name: string;
  process: ChildProcess;
  lines: AsyncIterator<string>;
  loadMs: number;
  passMs: number[];
  peakBytes: number;
}

const script = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const ours = (form: string, backend = "tensorflow") =>
  [Deno.execPath(), "run", "-A", script("bit_subject.ts"), folder, form, batch, backend] as const;
const timm = (form: string) =>
  [python, script("../peers/bit_forward.py"), folder, "resnetv2_50x1_bit", form, batch] as const;

const commands = {
  "ours, live": ours("live"),
  "ours, baked": ours("baked"),
  "timm, channels first": timm("channels_first"),
  "timm, channels_last": timm("channels_last"),
  "timm, compiled, channels_last": timm("compiled"),
};

async function start(name: string, [command, ...args]: readonly string[]): Promise<Subject> {
  const process = spawn(command!, args, { stdio: ["pipe", "pipe", "inherit"] });
  const reader: Interface = createInterface({ input: process.stdout! });
  const lines = reader[Symbol.asyncIterator]();
  const { loadMs } = await answer(lines, name);
  return { name, process, lines, loadMs: loadMs!, passMs: [], peakBytes: 0 };
}

async function answer(lines: AsyncIterator<string>, name: string): Promise<Record<string, number>> {
  const { value, done } = await lines.next();
  if (done) throw new Error(`${name} ended`);
  return JSON.parse(value);
}

const subjects: Subject[] = [];
for (const [name, command] of Object.entries(commands)) subjects.push(await start(name, command));
for (let round = 0; round < Number(rounds); round++) {
  // Each round begins with another one, so that none always follows the same.
  for (let i = 0; i < subjects.length; i++) {
    const subject = subjects[(round + i) % subjects.length]!;
    subject.process.stdin!.write("pass\n");
    const { ms, peakBytes } = await answer(subject.lines, subject.name);
    subject.passMs.push(ms!);
    subject.peakBytes = peakBytes!;
  }
}
console.log(`50x1, batch ${batch}, 224 px, ${rounds} passes each`);
for (const { name, process, passMs, peakBytes, loadMs } of subjects) {
  process.kill();
  const sorted = passMs.toSorted((a, b) => a - b);
  const [least = NaN, median = NaN] = [sorted[0], sorted[sorted.length >> 1]];
  console.log(
    `${name}: ${least.toFixed(0)}–${median.toFixed(0)} ms, at most ` +
      `${(peakBytes / 2 ** 20).toFixed(0)} MiB, loaded in ${loadMs.toFixed(0)} ms`,
  );
}
