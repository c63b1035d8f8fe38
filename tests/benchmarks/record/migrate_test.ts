/** Records of version 1, cut short from those that this project kept. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openRecord, parseRecord, readResult } from "../../../benchmarks/record/mod.ts";
import { takeFolder } from "../../../benchmarks/record/run_folder.ts";
import { rebuild } from "../../../benchmarks/report/rebuild.ts";

const folder = new URL("version1/", import.meta.url).pathname;
const kinds = {
  "result.json": "cells",
  "overhead.json": "timings",
  "comparison.json": "changes",
  "detection.json": "detection",
} as const;

type Fields = Record<string, unknown>;

async function version1(name: string): Promise<{ text: string; fields: Fields }> {
  const text = await Deno.readTextFile(join(folder, name));
  return { text, fields: JSON.parse(text) };
}

/** A run's folder with that file of version 1 in it, and what was told on stderr. */
async function inFolder(
  name: string,
  body: (place: string, told: string[]) => Promise<void>,
): Promise<void> {
  const place = await Deno.makeTempDir({ prefix: "migrate-test-" });
  const told: string[] = [];
  const { error } = console;
  console.error = (line: string) => told.push(line);
  try {
    await Deno.copyFile(join(folder, name), join(place, name));
    await body(place, told);
  } finally {
    console.error = error;
    await Deno.remove(place, { recursive: true });
  }
}

async function names(place: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(place))).map(({ name }) => name).sort();
}

for (const [name, kind] of Object.entries(kinds)) {
  Deno.test(`openRecord() reads ${name} of version 1, and says so`, () =>
    inFolder(name, async (place, told) => {
      const { record, version } = await openRecord(place);
      assert.deepEqual([record.kind, record.schemaVersion, version], [kind, 2, 1]);
      assert.deepEqual(told, [`${join(place, name)}: read as version 1`]);
      const { fields } = await version1(name);
      assert.deepEqual(
        [record.command, record.createdAt, record.environment.cpu],
        [fields.command, fields.createdAt, (fields.environment as Fields).cpu],
      );
    }));

  Deno.test(`rebuild() makes a record of version 2 of ${name}, and reports that tell the same`, () =>
    inFolder(name, async (place) => {
      const before = (await openRecord(place)).record;
      await rebuild([place], place);
      assert.ok((await names(place)).includes("result.json"));
      if (name !== "result.json") assert.ok(!(await names(place)).includes(name), "it is replaced");
      const after = await openRecord(place);
      assert.deepEqual(after, { record: before, version: 2, file: join(place, "result.json") });
    }));

  Deno.test(`rebuild() leaves ${name} where the new record cannot be written`, () =>
    inFolder(name, async (place) => {
      const { text } = await version1(name);
      await Deno.mkdir(join(place, "out"), { recursive: true });
      await Deno.mkdir(join(place, "out/result.json/x"), { recursive: true });
      await assert.rejects(rebuild([place], join(place, "out")), /UsageError: Cannot write/);
      assert.equal(await Deno.readTextFile(join(place, name)), text);
    }));
}

Deno.test("openRecord() keeps all that version 1 recorded of timings", () =>
  inFolder("overhead.json", async (place) => {
    const { fields } = await version1("overhead.json");
    const { record } = await openRecord(place, "timings");
    const [row, ...others] = record.rows;
    assert.deepEqual(others, []);
    assert.deepEqual(row, {
      values: {},
      createdAt: fields.createdAt,
      complete: true,
      subjects: fields.subjects,
      warnings: fields.warnings,
    });
    assert.deepEqual(record.config, fields.config);
  }));

Deno.test("parseRecord() keeps the rows of a sweep of version 1", async () => {
  const { fields: { subjects, warnings: _, ...head } } = await version1("overhead.json");
  const row = { values: { batchSize: 2 }, createdAt: head.createdAt, complete: true, subjects };
  const sweep = { batchSize: [2] };
  const text = JSON.stringify({ ...head, subjects: [], sweep, rows: [row] });
  const { record } = parseRecord(text, "overhead.json");
  assert.ok(record.kind === "timings");
  assert.deepEqual([record.sweep, record.rows], [sweep, [row]]);
});

Deno.test("openRecord() keeps metrics, versions and the commit of version 1", async () => {
  await inFolder("comparison.json", async (place) => {
    const { fields } = await version1("comparison.json");
    const { record } = await openRecord(place, "changes");
    const { metrics, versions, verdict, durationMs, profile, config } = record;
    assert.deepEqual({ metrics, versions, verdict, durationMs }, {
      metrics: fields.metrics,
      versions: fields.versions,
      verdict: fields.verdict,
      durationMs: fields.durationMs,
    });
    assert.deepEqual({ ...config, profile }, fields.config);
  });
  await inFolder("detection.json", async (place) => {
    const { fields } = await version1("detection.json");
    const { record } = await openRecord(place, "detection");
    assert.deepEqual([record.environment.commit, record.times], [fields.commit, fields.times]);
  });
});

Deno.test("parseRecord() names the wrong field of a record of version 1", async () => {
  for (const name of Object.keys(kinds)) {
    const { fields } = await version1(name);
    const wrong = (change: Fields, message: RegExp) =>
      assert.throws(() => parseRecord(JSON.stringify({ ...fields, ...change }), name), {
        name: "UsageError",
        message,
      });
    wrong(
      { createdAt: "today" },
      /createdAt must be a time in ISO 8601: current value is "today"$/,
    );
    wrong({ colour: 1 }, /field colour is unknown/);
    wrong({ environment: undefined }, /environment/);
    wrong({ config: null }, /config|profile/);
  }
});

Deno.test("takeFolder() takes a folder with a record of version 1 for one that holds a run", () =>
  inFolder("overhead.json", async (place) => {
    await assert.rejects(
      takeFolder(place, { resume: false, force: false }),
      /holds a run already: --resume goes on with it, --force replaces it/,
    );
    await assert.rejects(
      openRecord(place, "cells"),
      /as it must hold cells: it holds timings, of bench:overhead/,
    );
    const { record } = await openRecord(place, "timings");
    {
      using folder = await takeFolder(place, { resume: true, force: false });
      assert.ok(folder.resumes);
      assert.deepEqual(await names(place), [".lock", "overhead.json"], "nothing is done yet");
      await folder.save(record);
    }
    assert.deepEqual(await names(place), ["result.json"]);
  }));

Deno.test("readResult() tells a record of another kind", () =>
  inFolder("detection.json", async (place) => {
    await assert.rejects(
      readResult(place),
      /UsageError: Cannot take .*detection\.json" as it must/,
    );
  }));
