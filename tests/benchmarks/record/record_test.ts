import assert from "node:assert/strict";
import fc from "fast-check";
import { nearest, unknownName, UsageError } from "../../../benchmarks/ground/errors.ts";
import {
  cellPath,
  mergeCells,
  pairSeeds,
  parseCell,
  parseResult,
  readCell,
  readCells,
  readResult,
  writeCell,
  writeResult,
} from "../../../benchmarks/record/mod.ts";
import { cell, panel, result } from "../report/synthetic.ts";

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function parseChanged(change: (value: Record<string, unknown>) => void): () => unknown {
  const value = structuredClone(result()) as unknown as Record<string, unknown>; // to break it
  change(value);
  return () => parseResult(JSON.stringify(value), "out/result.json");
}

Deno.test("unknownName() suggests the nearest name, and none where none is near", () => {
  const error = unknownName("arm", "wss", ["baseline", "ws"]);
  assert.equal(
    error.message,
    'Unknown arm "wss": wanted one of "baseline", "ws"; did you mean "ws"?',
  );
  assert.equal(error.exitCode, 2);
  assert.ok(error instanceof UsageError);
  assert.doesNotMatch(unknownName("arm", "quantization", ["ws"]).message, /did you mean/);
  assert.equal(nearest("", []), undefined);
});

Deno.test("writeResult() and readResult() keep every field", () =>
  inFolder(async (folder) => {
    const written = result({
      panels: [panel("a", 3, 2)],
      mainMetric: "mIoU",
      constantPrediction: { mIoU: 3.2, class: 1 },
      overhead: [{ arm: "ws", baseline: "baseline", pairs: [{ baselineMs: 1, armMs: 1.5 }] }],
      warnings: [{ code: "few-seeds", message: "m", advice: "a" }],
    });
    const path = `${folder}/deep/er/result.json`;
    await writeResult(path, written);
    assert.deepEqual(await readResult(path), written);
    const names = [...Deno.readDirSync(`${folder}/deep/er`)].map(({ name }) => name);
    assert.deepEqual(names, ["result.json"]);
  }));

Deno.test("writeResult() leaves the old file as it is when it fails", () =>
  inFolder(async (folder) => {
    const path = `${folder}/result.json`;
    await writeResult(path, result());
    const broken = result();
    Object.defineProperty(broken, "title", {
      enumerable: true,
      get: () => {
        throw new Error("no title");
      },
    });
    await assert.rejects(writeResult(path, broken), /no title/);
    assert.deepEqual(await readResult(path), result());
    await Deno.mkdir(`${folder}/taken/x`, { recursive: true });
    await assert.rejects(writeResult(`${folder}/taken`, result()));
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assert.deepEqual(names, ["result.json", "taken"]);
  }));

Deno.test("a number that is not finite is null in the file and NaN when read", () =>
  inFolder(async (folder) => {
    const failed = cell("ws", 1, { status: "failed", error: "loss", imagesPerSecond: NaN });
    failed.metrics = { mIoU: NaN };
    failed.curve = [{ step: 1, epoch: 0, loss: Infinity, learningRate: 1 }];
    const read = await readCell(await writeCell(folder, failed));
    assert.deepEqual(read, {
      ...failed,
      curve: [{ step: 1, epoch: 0, loss: NaN, learningRate: 1 }],
    });
    assert.equal(read.classIou[1], null);
  }));

Deno.test("readCells() reads what writeCell() wrote, and nothing where no cell was written", () =>
  inFolder(async (folder) => {
    assert.deepEqual(await readCells(folder), []);
    const cells = [cell("baseline", 0), cell("ws", 3, { sweep: "batch=8/2" })];
    for (const each of cells) await writeCell(folder, each);
    assert.deepEqual(await readCells(folder), cells);
    assert.ok((await Deno.stat(`${folder}/cells/baseline-seed0.json`)).isFile);
  }));

Deno.test("cellPath() differs for every arm, sweep and seed", () => {
  const name = fc.string({ unit: fc.constantFrom("a", "-", "@", "seed", "0", "/", "%") });
  const key = fc.record({ arm: name, seed: fc.nat(20), sweep: name }, {
    requiredKeys: ["arm", "seed"],
  });
  fc.assert(fc.property(key, key, (a, b) => {
    const same = a.arm === b.arm && a.seed === b.seed && a.sweep === b.sweep;
    assert.equal(cellPath("out", a) === cellPath("out", b), same);
  }));
});

Deno.test("parseResult() names the file, the field and what was wanted", () => {
  const wrong = (change: (value: Record<string, unknown>) => void, message: RegExp) =>
    assert.throws(parseChanged(change), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, /^Cannot read "out\/result.json" as /);
      assert.match(error.message, message);
      return true;
    });
  wrong((value) => value.schemaVersion = 2, /schemaVersion must be 1: current value is 2;/);
  wrong((value) => delete value.schemaVersion, /schemaVersion must be 1/);
  wrong((value) => delete value.suite, /field suite is missing$/);
  wrong((value) => value.colour = 1, /field colour is unknown/);
  wrong((value) => value.seeds = [0, "1"], /seeds\.1 must be number: current value is "1"$/);
  wrong((value) => value.seeds = [0.5], /seeds\.0 must be a whole number: current value is 0.5$/);
  wrong((value) => value.createdAt = "today", /createdAt must be a time in ISO 8601/);
  wrong((value) => value.cells = [{ ...cell("ws", 0), status: "ok" }], /cells\.0\.status must be/);
  wrong(
    (value) => value.cells = [cell("ws", 0, { metrics: { mIoU: "x" as unknown as number } })], // wrong
    /cells\.0\.metrics\.mIoU must be number: current value is "x"$/,
  );
});

Deno.test("parseResult() says so where the file is truncated or holds something else", () => {
  const text = JSON.stringify(result());
  assert.throws(() => parseResult(text.slice(0, -9), "r.json"), /"r.json" as it is not JSON/);
  assert.throws(() => parseResult("[]", "r.json"), /must hold an object: it holds an array$/);
  assert.throws(() => parseCell("null", "c.json"), /"c.json" as it must hold an object.*null$/);
});

Deno.test("readResult() says which file there is not", async () => {
  await assert.rejects(readResult("no/such.json"), {
    name: "UsageError",
    message: 'Cannot read "no/such.json" as there is no such file',
  });
});

Deno.test("mergeCells() gives the same result in any order of cells, and again", () => {
  const whole = result();
  const empty = { ...whole, cells: [], seeds: [] };
  fc.assert(fc.property(fc.shuffledSubarray(whole.cells, { minLength: 18 }), (cells) => {
    const merged = mergeCells(empty, cells);
    assert.deepEqual(merged, mergeCells(empty, whole.cells));
    assert.deepEqual(mergeCells(merged, cells), merged);
  }));
  assert.deepEqual(empty.cells, []);
});

Deno.test("mergeCells() replaces a cell by the later record of the same cell", () => {
  const whole = result();
  const again = cell("ws", 2, { mIoU: 77 });
  const merged = mergeCells(whole, [again]);
  assert.equal(merged.cells.length, whole.cells.length);
  assert.deepEqual(merged.cells.find(({ arm, seed }) => arm === "ws" && seed === 2), again);
});

Deno.test("mergeCells() orders by arm, sweep by its number, and seed", () => {
  const sweeps = ["batch=16", "batch=8"].flatMap((sweep) =>
    [1, 0].map((seed) => cell("ws", seed, { sweep }))
  );
  const merged = mergeCells(result({ cells: [], seeds: [9] }), [...sweeps, cell("baseline", 4)]);
  assert.deepEqual(merged.cells.map(({ arm, sweep, seed }) => [arm, sweep, seed]), [
    ["baseline", undefined, 4],
    ["ws", "batch=8", 0],
    ["ws", "batch=8", 1],
    ["ws", "batch=16", 0],
    ["ws", "batch=16", 1],
  ]);
  assert.deepEqual(merged.seeds, [0, 1, 4, 9]);
});

Deno.test("mergeCells() refuses a cell of an arm that the result does not have", () => {
  assert.throws(() => mergeCells(result(), [cell("wss", 0)]), /Unknown arm "wss".*mean "ws"\?$/);
});

Deno.test("pairSeeds() keeps common seeds and says why others are left out", () => {
  const whole = result({ seeds: [0, 1, 2, 3, 4] });
  const change: Record<string, Parameters<typeof cell>[2]> = {
    "ws 1": { status: "failed" },
    "baseline 2": { status: "interrupted" },
    "ws 3": { metrics: {} },
  };
  whole.cells = whole.cells.filter(({ arm, seed }) => !(arm === "ws" && seed === 4))
    .map((each) => ({ ...each, ...change[`${each.arm} ${each.seed}`] }) as typeof each);
  const pairs = pairSeeds(whole, {
    arm: "ws",
    minus: "baseline",
    value: ({ metrics }) => metrics.mIoU,
  });
  assert.deepEqual(pairs.seeds, [0]);
  assert.equal(pairs.minus[0], 40);
  assert.deepEqual(pairs.leftOut, [
    { seed: 1, reason: "ws failed" },
    { seed: 2, reason: "baseline was interrupted" },
    { seed: 3, reason: "ws has no such value" },
    { seed: 4, reason: "ws did not run" },
  ]);
});
