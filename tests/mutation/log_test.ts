import assert from "node:assert/strict";
import { join } from "node:path";
import { openLog } from "./log.ts";
import { withFolder } from "../datasets/files.ts";

const head = { seed: 1, sources: "ab", only: "" };
const baseline = { type: "baseline", test: "a_test.ts", passed: true, ms: 3 } as const;

Deno.test("openLog() goes on with what is there, but for a line that was cut off", () =>
  withFolder(async (folder) => {
    const path = join(folder, "deeper/log.jsonl");
    const log = await openLog(path, head);
    assert.deepEqual(log.entries, []);
    await log.add(baseline);
    const whole = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, '{"type":"base', { append: true });
    const again = await openLog(path, head);
    assert.deepEqual(again.entries, [baseline]);
    assert.equal(await Deno.readTextFile(path), whole);
    await again.add({ type: "rejected", key: "k" });
    assert.equal((await openLog(path, head)).entries.length, 2);
  }));

Deno.test("openLog() refuses a log of something else, and leaves it as it is", () =>
  withFolder(async (folder) => {
    const path = join(folder, "log.jsonl");
    await (await openLog(path, head)).add(baseline);
    const before = await Deno.readTextFile(path);
    await assert.rejects(openLog(path, { ...head, seed: 2 }), {
      name: "RangeError",
      message: `Cannot go on with ${path} as its seed must be 2: current value is 1; ` +
        "give another --log, or remove it",
    });
    await assert.rejects(openLog(path, { ...head, sources: "cd" }), /its sources must be cd/);
    await assert.rejects(openLog(path, { ...head, only: "src" }), /its only must be src: .* all;/);
    assert.equal(await Deno.readTextFile(path), before);
    await Deno.writeTextFile(path, "hello\n");
    await assert.rejects(openLog(path, head), /RangeError: .* as it must be a log of mutants/);
    assert.equal(await Deno.readTextFile(path), "hello\n");
  }));
