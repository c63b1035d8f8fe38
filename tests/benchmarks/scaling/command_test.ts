/** The command as its users meet it: a process with a command line, files and an exit code. */
import assert from "node:assert/strict";
import { join } from "node:path";
import config from "../../../deno.json" with { type: "json" };
import { openRecord } from "../../../benchmarks/record/mod.ts";
import { leastBytes, sentBytes } from "../../../benchmarks/judge/scaling/figures.ts";
import { rebuild } from "../../../benchmarks/report/rebuild.ts";
import { findLibrary } from "../../../src/backends/tensorflow/library.ts";

async function run(line: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const [, ...task] = config.tasks["bench:scaling"].command.split(" ");
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...task, ...line.split(" ")],
    cwd: new URL("../../..", import.meta.url).pathname,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test({
  name: "bench:scaling times one worker and two, keeps rows, and reports them [tensorflow]",
  ignore: findLibrary() === undefined,
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "scaling-test-" });
    try {
      const out = join(folder, "out");
      const tiny =
        "--rounds 2 --steps 2 --set imageSize=16 --set batchSize=2 --set warmupSteps=1 " +
        `--set transferBytes=4096,65536 --peers ${join(folder, "absent")} --arms plain,ddp`;
      const refused = await run(`${tiny} --out ${out}`);
      assert.equal(refused.code, 2);
      assert.match(refused.stderr, /absent is no file \(--peers PYTHON\)/);
      const peer = join(folder, "absent");
      await Deno.writeTextFile(peer, '#!/bin/sh\necho \'{"unavailable": "no torch here"}\'\n');
      await Deno.chmod(peer, 0o755);
      const { code, stderr } = await run(`${tiny} --workers 2 --out ${out}`);
      assert.equal(code, 0, stderr);
      const { record: { rows: [row] } } = await openRecord(out, "scaling");
      const [plain, ddp] = row!.groups;
      assert.equal(plain!.error, undefined);
      assert.equal(plain!.status, "done");
      assert.deepEqual([ddp!.status, ddp!.error], ["not run", "no torch here"]);
      assert.equal(plain!.blocks.length, 2 * 2 * 3);
      assert.ok(
        plain!.blocks.every(({ workersMs }) =>
          workersMs.length === 2 && workersMs.every((durations) => durations.length === 2)
        ),
      );
      assert.deepEqual(plain!.transfers.map(({ bytes }) => bytes), [4096, 65536]);
      if (Deno.build.os === "linux") {
        const ratio = sentBytes(plain!)! / leastBytes(plain!, 2)!;
        assert.ok(ratio > 0.99 && ratio < 1.1, `${ratio} of a ring's bytes`);
      }
      const resumed = await run(`${tiny} --workers 1,2 --resume --out ${out}`);
      assert.equal(resumed.code, 0, resumed.stderr);
      const { record } = await openRecord(out, "scaling");
      assert.deepEqual(record.rows.map(({ values }) => values.workers), [1, 2]);
      assert.deepEqual(record.rows[1], row);
      assert.ok(record.complete);
      assert.match(record.command, /--peers PYTHON .*\n.*--workers 1,2/);
      const other = await run(`${tiny} --set batchSize=4 --resume --out ${out}`);
      assert.equal(other.code, 2);
      assert.match(other.stderr, /rows would not compare: it differs in config\.batchSize/);
      const report = await Deno.readTextFile(join(out, "report.md"));
      assert.match(report, /2 workers/);
      await Deno.remove(join(out, "report.md"));
      await rebuild([out], out);
      assert.equal(await Deno.readTextFile(join(out, "report.md")), report);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
