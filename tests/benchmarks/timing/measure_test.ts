/** Subjects that take longer than they may. */
import assert from "node:assert/strict";
import { profiles } from "../../../benchmarks/experiments/profiles/overhead.ts";
import { measure } from "../../../benchmarks/timing/measure.ts";
import type { Limits, Subject } from "../../../benchmarks/timing/protocol.ts";
import { subjectsOf } from "../../../benchmarks/timing/subjects.ts";

/** An interpreter whose first step takes 1 s by its own clock, and whose others take 20 s. */
const slow = `#!/bin/sh
echo '{"ready":{"versions":{},"parameterCount":1,"threads":1}}'
steps=0
while read request; do
  case $request in
    memory) echo '{"peakBytes":1000}' ;;
    *) steps=$((steps + 1))
       if [ $steps = 1 ]; then ms=1000; else ms=20000; fi
       if [ $steps = "$STALL_AT" ]; then exec sleep 60; fi
       echo "{\\"durationsMs\\":[$ms],\\"value\\":1}" ;;
  esac
done
`;

async function measured(limits: Limits | undefined, stallAt = "0") {
  const python = await Deno.makeTempFile({ suffix: ".sh" });
  await Deno.writeTextFile(python, slow.replace("$STALL_AT", stallAt), { mode: 0o755 });
  await Deno.chmod(python, 0o755);
  const pytorch = subjectsOf([], true).find(({ name }) => name === "pytorch")!;
  const subject: Subject = { ...pytorch, ...(limits !== undefined && { limits }) };
  const lines: string[] = [];
  try {
    const [record] = await measure([subject], {
      profile: { ...profiles.quick!, warmupSteps: 3, rounds: 1 },
      threads: 1,
      interpreters: [python],
      signal: new AbortController().signal,
      tell: (line) => lines.push(line),
    });
    return { record: record!, lines };
  } finally {
    await Deno.remove(python);
  }
}

Deno.test("measure() leaves out a subject whose steps are too slow, and says how slow", async () => {
  const { record, lines } = await measured({ replySeconds: 60, stepSeconds: 10 });
  assert.equal(record.status, "not run");
  assert.equal(record.error, "too slow: 20.0 s for one step");
  assert.deepEqual([record.warmupMs, record.blocks], [[1000, 20_000, 20_000], []]);
  assert.ok(!("limits" in record), "they are no fact of a record");
  assert.ok(lines.includes("PyTorch eager: plain: too slow: 20.0 s for one step"), `${lines}`);
});

Deno.test("measure() ends a subject that does not reply in time", async () => {
  const { record } = await measured({ replySeconds: 0.5, stepSeconds: 30 }, "1");
  assert.deepEqual([record.status, record.error], ["not run", "too slow: no reply within 0.5 s"]);
  const later = await measured({ replySeconds: 0.5, stepSeconds: 30 }, "4");
  assert.equal(later.record.error, "too slow: no reply within 0.5 s");
  assert.equal(later.record.warmupMs.length, 3);
});

Deno.test("measure() waits for a subject without limits", async () => {
  const { record } = await measured(undefined);
  assert.deepEqual([record.status, record.blocks.length], ["done", 2]);
});
