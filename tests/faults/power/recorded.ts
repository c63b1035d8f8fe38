import assert from "node:assert/strict";
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { hookModule, type Operation } from "../hooks/operations.ts";
import { lineOf, type Subject } from "../subjects.ts";
import { filesIn } from "../whole.ts";
import { Disk } from "./disk.ts";

/** What an undisturbed run does to its files. */
export interface Recorded {
  folder: string;
  operations: readonly Operation[];
}

const known = new WeakMap<Bench, Map<string, Promise<Recorded>>>();

/** The operations of an undisturbed run, which is run once. They end in the files that are there. */
export function operationsOf(bench: Bench, subject: Subject): Promise<Recorded> {
  const all = known.get(bench) ?? new Map<string, Promise<Recorded>>();
  known.set(bench, all);
  const key = lineOf(subject) + subject.suite;
  const recorded = all.get(key) ?? record(bench, subject);
  all.set(key, recorded);
  return recorded;
}

async function record(bench: Bench, subject: Subject): Promise<Recorded> {
  await bench.reference(subject);
  const [folder, list] = [bench.place(), bench.place()];
  await Deno.mkdir(folder);
  const { code, stderr } = await bench.run(subject, folder, {
    preload: hookModule({ folder, list }),
  });
  assert.equal(code, 0, stderr);
  const lines = (await Deno.readTextFile(list)).trimEnd().split("\n");
  const operations = lines.map((line): Operation => JSON.parse(line));
  await assertComplete({ folder, operations });
  await bench.assertSame(subject, folder);
  return { folder, operations };
}

/** The list misses nothing: whoever follows it has the files that are there. */
async function assertComplete({ folder, operations }: Recorded): Promise<void> {
  const disk = new Disk(folder);
  operations.forEach((operation) => disk.apply(operation));
  const followed = [...disk.after("all", Math.random)].filter(([, bytes]) => bytes !== undefined);
  const names = followed.map(([path]) => path).sort();
  assert.deepEqual(names, await filesIn(folder));
  for (const [path, bytes] of followed) {
    assert.deepEqual(bytes, await Deno.readFile(join(folder, path)), path);
  }
}
