import assert from "node:assert/strict";
import fc from "fast-check";
import { nearest, unknownName, UsageError } from "../../../benchmarks/ground/errors.ts";
import {
  cellPath,
  type CellRecord,
  mergeCells,
  parseCell,
  parseRecord,
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
  return () => parseRecord(JSON.stringify(value), "out/result.json");
}

Deno.test("unknownName() suggests the nearest name, and none where none is near", () => {
  const error = unknownName("arm", "wss", ["baseline", "ws"]);
  assert.equal(
    error.message,
    'Unknown arm "wss": wanted one of "baseline", "ws"; did you mean "ws"?',
  );
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

Deno.test("a record in a file has a line for each cell", () =>
  inFolder(async (folder) => {
    const path = `${folder}/result.json`;
    await writeResult(path, result());
    const lines = (await Deno.readTextFile(path)).split("\n");
    const first = lines.indexOf('"cells": [') + 1;
    const cells = lines.slice(first, lines.indexOf("],", first));
    assert.equal(cells.length, result().cells.length);
    assert.deepEqual(
      cells.map((line) => JSON.parse(line.replace(/,$/, "")).seed),
      result().cells.map(({ seed }) => seed),
    );
  }));

Deno.test("digests that cells have in common stand once in the file, and in each cell when read", () =>
  inFolder(async (folder) => {
    const common = { "conv [3]": "ab", "bn [2]": "cd" };
    const cells = [
      cell("baseline", 0, { initialWeights: common }),
      cell("ws", 0, { initialWeights: { ...common } }),
      cell("baseline", 1, { initialWeights: { ...common, "conv [3]": "ef" } }),
      cell("ws", 1),
    ];
    const written = result({ cells });
    const path = `${folder}/result.json`;
    await writeResult(path, written);
    assert.deepEqual(await readResult(path), written);
    const text = await Deno.readTextFile(path);
    assert.equal(text.match(/"ab"/g)?.length, 1);
    assert.deepEqual(
      JSON.parse(text).cells.map(({ initialWeights }: CellRecord) => initialWeights),
      [0, 0, 1, undefined],
    );
    for (const place of [2, -1, 0.5, "0", "length", null]) {
      const broken = JSON.parse(text);
      broken.cells[1].initialWeights = place;
      assert.throws(
        () => parseRecord(JSON.stringify(broken), "r"),
        /^UsageError: Cannot read "r" as cells.1.initialWeights must be Object: current value is /,
      );
    }
    for (const lists of [{}, 3, null]) {
      const broken = { ...JSON.parse(text), initialWeights: lists };
      assert.throws(() => parseRecord(JSON.stringify(broken), "r"), /initialWeights/);
    }
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
    const cells = [cell("baseline", 0), cell("ws/2", 3)];
    for (const each of cells) await writeCell(folder, each);
    assert.deepEqual(await readCells(folder), cells);
    assert.ok((await Deno.stat(`${folder}/cells/baseline-seed0.json`)).isFile);
  }));

Deno.test("cellPath() differs for every arm and seed", () => {
  const name = fc.string({ unit: fc.constantFrom("a", "-", "@", "seed", "0", "/", "%") });
  const key = fc.record({ arm: name, seed: fc.nat(20) });
  fc.assert(fc.property(key, key, (a, b) => {
    const same = a.arm === b.arm && a.seed === b.seed;
    assert.equal(cellPath("out", a) === cellPath("out", b), same);
  }));
});

Deno.test("parseRecord() names the file, the field and what was wanted", () => {
  const wrong = (change: (value: Record<string, unknown>) => void, message: RegExp) =>
    assert.throws(parseChanged(change), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, /^Cannot read "out\/result.json" as /);
      assert.match(error.message, message);
      return true;
    });
  wrong((value) => delete value.schemaVersion, /schemaVersion must be 1 or 2: .* undefined$/);
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

Deno.test("parseRecord() says so where the file is truncated or holds something else", () => {
  const text = JSON.stringify(result());
  assert.throws(() => parseRecord(text.slice(0, -9), "r.json"), /"r.json" as it is not JSON/);
  assert.throws(() => parseRecord("[]", "r.json"), /must hold an object: it holds an array$/);
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

Deno.test("mergeCells() orders by arm and seed", () => {
  const cells = [cell("ws", 1), cell("ws", 0), cell("baseline", 4)];
  const merged = mergeCells(result({ cells: [], seeds: [9] }), cells);
  assert.deepEqual(merged.cells.map(({ arm, seed }) => [arm, seed]), [
    ["baseline", 4],
    ["ws", 0],
    ["ws", 1],
  ]);
  assert.deepEqual(merged.seeds, [0, 1, 4, 9]);
});

Deno.test("mergeCells() refuses a cell of an arm that the result does not have", () => {
  assert.throws(() => mergeCells(result(), [cell("wss", 0)]), /Unknown arm "wss".*mean "ws"\?$/);
});
