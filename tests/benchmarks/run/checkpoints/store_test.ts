import assert from "node:assert/strict";
import { join } from "node:path";
import { checkpointStore, type SavedCell } from "../../../../benchmarks/run/checkpoints/store.ts";
import { readSafetensors } from "../../../../src/models/safetensors.ts";
import { losses, optimizers, tf, Trainer } from "../../../../mod.ts";

const cell = { arm: "a/b", seed: 3 };
const progress = {
  startedAt: "2026-01-02T03:04:05.000Z",
  durationMs: 12.5,
  peakBytes: 5,
  bytesBefore: 4,
  resumedAt: [1],
  skipped: [{ name: "x", reason: "y" }],
  logBytes: 77,
};

/** A real Trainer's checkpoint, said to be of some step. */
async function saved(step: number): Promise<SavedCell> {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] });
  const optimizer = optimizers.sgd({ learningRate: 0.1, momentum: 0.9 });
  const trainDataloader = { batchesPerEpoch: 1, batches: () => [] };
  const trainer = new Trainer({ model, optimizer, loss: losses.crossEntropy, trainDataloader });
  const checkpoint = await trainer.checkpoint();
  model.dispose();
  optimizer.dispose();
  return { step, checkpoint, progress };
}

function storeTest(
  name: string,
  body: (folder: string, files: () => string[]) => Promise<void>,
): void {
  Deno.test(`checkpointStore() ${name}`, async () => {
    const out = await Deno.makeTempDir();
    const folder = join(out, "checkpoints", "a%2Fb-seed3");
    try {
      await body(out, () => [...Deno.readDirSync(folder)].map(({ name }) => name).sort());
    } finally {
      await Deno.remove(out, { recursive: true });
    }
  });
}

const noWarning = (line: string) => assert.fail(line);

storeTest("gives back what was saved, bit for bit", async (out, files) => {
  const store = checkpointStore(out, cell, 2);
  assert.equal(await store.newest(noWarning), undefined);
  const written = await saved(120);
  await store.save(written);
  assert.deepEqual(files(), ["step-00000120.json", "step-00000120.safetensors"]);
  assert.deepEqual(await store.newest(noWarning), written);
  const path = join(out, "checkpoints/a%2Fb-seed3/step-00000120.safetensors");
  assert.ok(readSafetensors(await Deno.readFile(path)).tensors.size > 0);
  const other = checkpointStore(out, { arm: "b", seed: 3 }, 2);
  await other.save(written);
  await store.remove();
  assert.equal(await store.newest(noWarning), undefined);
  await store.remove();
  assert.deepEqual(await other.newest(noWarning), written, "another cell's stays");
  await other.remove();
  assert.deepEqual([...Deno.readDirSync(out)], []);
});

storeTest("keeps the newest ones, and nothing that was left half-written", async (out, files) => {
  const store = checkpointStore(out, cell, 2);
  for (const step of [9, 10, 11]) await store.save(await saved(step));
  assert.deepEqual(files().filter((name) => name.endsWith("json")), [
    "step-00000010.json",
    "step-00000011.json",
  ]);
  const folder = join(out, "checkpoints/a%2Fb-seed3");
  await Deno.writeTextFile(join(folder, "step-00000005.safetensors"), "its JSON never came");
  await Deno.writeTextFile(join(folder, `step-9.json.${crypto.randomUUID()}.tmp`), "");
  await Deno.writeTextFile(join(folder, "notes.txt"), "somebody's own");
  await store.save(await saved(100_000_000));
  assert.deepEqual(files(), [
    "notes.txt",
    "step-00000011.json",
    "step-00000011.safetensors",
    "step-100000000.json",
    "step-100000000.safetensors",
  ]);
  assert.equal((await store.newest(noWarning))?.step, 100_000_000);
});

storeTest("passes over a JSON that was edited, cut off or is of another time", async (out) => {
  const store = checkpointStore(out, cell, 9);
  await store.save(await saved(1));
  await store.save(await saved(2));
  const path = join(out, "checkpoints/a%2Fb-seed3/step-00000002.json");
  const text = await Deno.readTextFile(path);
  const changes = [
    [text.replace('"durationMs":12.5', '"durationMs":13.5'), /SHA-256 [0-9a-f]{64}.*was changed/],
    [text.replace(/,"sha256":"[0-9a-f]{64}"\}\n$/, "}\n"), /must end with its SHA-256/],
    [text.trimEnd(), /is passed over/],
    [text.slice(0, -100), /no JSON, cut off or changed/],
    [JSON.stringify(JSON.parse(text), null, 2), /is passed over/],
    ["", /no JSON/],
  ] as const;
  for (const [changed, reason] of changes) {
    assert.notEqual(changed, text);
    await Deno.writeTextFile(path, changed);
    const warnings: string[] = [];
    assert.equal((await store.newest((line) => warnings.push(line)))?.step, 1, changed);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, reason);
  }
  await Deno.writeTextFile(path, text);
  assert.equal((await store.newest(noWarning))?.step, 2);
});

storeTest(
  "reads a checkpoint of version 1, which has no hash of its JSON, and says so",
  async (out) => {
    const store = checkpointStore(out, cell, 9);
    const written = await saved(7);
    await store.save(written);
    const path = join(out, "checkpoints/a%2Fb-seed3/step-00000007.json");
    const { sha256: _, ...manifest } = JSON.parse(await Deno.readTextFile(path));
    await Deno.writeTextFile(path, `${JSON.stringify({ ...manifest, formatVersion: 1 })}\n`);
    const warnings: string[] = [];
    assert.deepEqual(await store.newest((line) => warnings.push(line)), written);
    assert.match(warnings.join("\n"), /^the checkpoint .*7\.json is of an older version: [^\n]*$/);
  },
);

storeTest("falls back to the newest one that is whole", async (out, files) => {
  const store = checkpointStore(out, cell, 9);
  for (const step of [1, 2, 3, 4, 5]) await store.save(await saved(step));
  const path = (name: string) => join(out, "checkpoints/a%2Fb-seed3", name);
  await Deno.truncate(path("step-00000005.json"), 40);
  await Deno.remove(path("step-00000004.safetensors"));
  await Deno.truncate(path("step-00000003.safetensors"), 40);
  const bytes = await Deno.readFile(path("step-00000002.safetensors"));
  bytes[bytes.length - 1]! ^= 1;
  await Deno.writeFile(path("step-00000002.safetensors"), bytes);
  const warnings: string[] = [];
  assert.equal((await store.newest((line) => warnings.push(line)))?.step, 1);
  const reasons = [/5\.json.*JSON/, /4\.json.*No such file/, /3\.json.*bytes long/, /2\.json.*SHA/];
  assert.equal(warnings.length, 4);
  reasons.forEach((reason, i) => assert.match(warnings[i]!, reason));
  assert.ok(warnings.every((line) => !line.includes("\n")));
  await store.save(await saved(2));
  assert.deepEqual(files().filter((name) => name.endsWith("json")), [
    "step-00000001.json",
    "step-00000002.json",
  ]);
});
