import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { checkpointStore } from "../../../benchmarks/run/checkpoints/store.ts";
import type { Bench } from "../bench.ts";
import type { Operation } from "../hooks/operations.ts";
import type { Attempt, Kind, Outcome } from "../kind.ts";
import { Disk, losses } from "../power/disk.ts";
import { operationsOf, type Recorded } from "../power/recorded.ts";
import { armsOf, type Subject } from "../subjects.ts";
import { assertWhole } from "../whole.ts";

type Files = Map<string, Uint8Array | undefined>;

/** A moment at which power was lost. */
export interface State {
  files: Files;
  /** What it was, for whoever reads of a fault. */
  text: string;
  promised: Promises;
}

/** What the run had said to be on the disk by then: of each cell its last checkpoint's step, or its end. */
type Promises = ReadonlyMap<string, number | "ended">;

/**
 * Loss of power: an undisturbed run's operations are followed up to each of them, what had not been
 * flushed is lost in several ways, and each such disk must have whole files and the checkpoint that the
 * run had told of; `--resume` goes on from some of them.
 */
export const powerLoss: Kind = {
  about: "loss of power at each operation: what was not flushed is lost",
  attempts: (kills) => Math.ceil(kills / 10),
  async attempt({ bench, subject, draw, short }: Attempt): Promise<Outcome> {
    const states = statesOf(await operationsOf(bench, subject), draw.share);
    const sample = Array.from({ length: short ? 1 : 3 }, () => draw.one(states));
    await assertAllSound(bench, subject, states.filter((_, i) => !short || i % 3 === 0));
    const out = bench.place();
    for (const { files, text } of sample) {
      await materialize(out, files);
      await bench.assertResumes(subject, out).catch((error) => {
        throw new Error(`power lost at ${text}: ${error}`, { cause: error });
      });
    }
    return { tries: sample.length, resumed: sample.length, refused: 0 };
  },
};

/**
 * Fails unless every disk has whole files, and what the run had told of.
 *
 * @param states what a loss of power may leave
 */
export async function assertAllSound(
  bench: Bench,
  subject: Subject,
  states: readonly State[],
): Promise<void> {
  const out = bench.place();
  for (const state of states) {
    await materialize(out, state.files);
    try {
      await assertSound(out, subject, state);
    } catch (error) {
      throw new Error(`power lost at ${state.text}: ${error}`, { cause: error });
    }
    await Deno.remove(out, { recursive: true });
  }
}

/** The different disks that a loss of power may leave. */
export function statesOf({ folder, operations }: Recorded, random: () => number): State[] {
  const disk = new Disk(folder);
  const states: State[] = [];
  const seen = new Set<string>();
  const promised = new Map<string, number | "ended">();
  for (const [i, operation] of operations.entries()) {
    disk.apply(operation);
    note(promised, operation);
    for (const loss of losses) {
      const files = disk.after(loss, random);
      const digest = digestOf(files);
      if (seen.has(digest)) continue;
      seen.add(digest);
      const text = `operation ${i} of ${operations.length}, ${operation.kind}, ${loss} kept`;
      states.push({ files, text, promised: new Map(promised) });
    }
  }
  return states;
}

/** The log tells of a checkpoint when it is saved, and of a cell when its record is on the way. */
function note(promised: Map<string, number | "ended">, operation: Operation): void {
  if (operation.kind !== "write") return;
  const text = new TextDecoder().decode(Uint8Array.fromBase64(operation.base64));
  if (!text.startsWith('{"time":')) return;
  const { event, arm, step } = JSON.parse(text);
  if (event === "checkpoint") promised.set(arm, step);
  if (event === "cellEnd") {
    promised.set(arm, promised.get(arm) === undefined ? 0 : promised.get(arm)!);
  }
  if (event === "init") { for (const earlier of promised.keys()) promised.set(earlier, "ended"); }
}

function digestOf(files: Files): string {
  const hash = createHash("sha256");
  for (const [path, bytes] of [...files].sort(([a], [b]) => a < b ? -1 : 1)) {
    hash.update(`${path} ${bytes?.length}\n`);
    if (bytes !== undefined) hash.update(bytes);
  }
  return hash.digest("hex");
}

async function materialize(out: string, files: Files): Promise<void> {
  await Deno.mkdir(out, { recursive: true });
  for (const [path, bytes] of files) {
    const place = join(out, path);
    await Deno.mkdir(bytes === undefined ? place : dirname(place), { recursive: true });
    if (bytes !== undefined) await Deno.writeFile(place, bytes);
  }
}

/** Every file is whole, and what was told to be saved is there. */
async function assertSound(
  out: string,
  subject: Subject,
  { files, promised }: State,
): Promise<void> {
  await assertWhole(out, { ended: false, powerLost: true });
  for (const arm of armsOf(subject)) {
    const wanted = promised.get(arm);
    const hasEnded = files.has(`cells/${arm}-seed0.json`);
    if (wanted === undefined || hasEnded) continue;
    assert.notEqual(wanted, "ended", `the record of ${arm} is lost`);
    const store = checkpointStore(out, { arm, seed: 0 }, 2);
    const warnings: string[] = [];
    const saved = await store.newest((line) => warnings.push(line));
    assert.ok(
      saved !== undefined && saved.step >= Number(wanted),
      `the checkpoint of ${arm} after step ${wanted} is lost: there is ${saved?.step}; ${warnings}`,
    );
    const log = files.get(`logs/${arm}-seed0.jsonl`)?.length ?? 0;
    assert.ok(
      log >= saved.progress.logBytes,
      `the log of ${arm} is shorter than its checkpoint says`,
    );
  }
}
