/**
 * Whether files are whole, whatever became of the process that wrote them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { parse } from "csv-parse/sync";

/** Fails where a file in a run's folder is not whole. */
export async function assertWhole(out: string, { ended, powerLost = false }: {
  /** Whether the run has ended by itself: then nothing half-made may be there. */
  ended: boolean;
  /** Whether power was lost: then lines behind a log's last flush may be anything. */
  powerLost?: boolean;
}): Promise<void> {
  for (const path of await filesIn(out)) {
    if (powerLost && path.endsWith(".jsonl")) continue;
    const bytes = await Deno.readFile(join(out, path));
    try {
      check(path, bytes, ended);
    } catch (error) {
      throw new Error(`${path} is corrupt (${bytes.length} bytes): ${error}`, { cause: error });
    }
  }
}

/** The files below a folder, sorted; none where it is missing. */
export async function filesIn(folder: string, below = ""): Promise<string[]> {
  const found: string[] = [];
  const entries = await Array.fromAsync(Deno.readDir(join(folder, below))).catch(() => []);
  for (const { name, isDirectory } of entries) {
    const path = join(below, name);
    if (isDirectory) found.push(...await filesIn(folder, path));
    else found.push(path);
  }
  return found.sort();
}

function check(path: string, bytes: Uint8Array, ended: boolean): void {
  const text = () => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  const isLeft = path.endsWith(".tmp") || path.endsWith(".lock") || path.includes(".writable-");
  if (isLeft) assert.ok(!ended, "it is left by a run that has ended");
  else if (path.endsWith(".json")) JSON.parse(text());
  else if (path.endsWith(".jsonl")) checkLines(bytes, ended);
  else if (path.endsWith(".csv")) checkCsv(text());
  else if (path.endsWith(".safetensors")) checkSafetensors(bytes);
  else if (path.endsWith(".html")) assert.match(text(), /<\/html>\s*$/);
  else assert.ok(bytes.length > 0, "it is empty");
}

/** A process that is killed while it adds a line leaves a part of it, which `--resume` cuts off. */
function checkLines(bytes: Uint8Array, ended: boolean): void {
  const text = new TextDecoder().decode(bytes);
  const lines = text.split("\n");
  const last = lines.pop();
  lines.forEach((line) => JSON.parse(line));
  if (ended) assert.equal(last, "", "its last line is cut off");
}

function checkCsv(text: string): void {
  assert.ok(text.endsWith("\n"), "its last line is cut off");
  parse(text, { relax_column_count: false });
}

function checkSafetensors(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 8 + Number(view.getBigUint64(0, true));
  const header: Record<string, { data_offsets?: [number, number] }> = JSON.parse(
    new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, start)),
  );
  const ends = Object.values(header).map(({ data_offsets }) => data_offsets?.[1] ?? 0);
  assert.equal(
    bytes.length,
    start + Math.max(0, ...ends),
    "its length is not what its header says",
  );
}
