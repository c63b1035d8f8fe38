/** `bench:detection` as its users meet it, on steps and a suite that are stubs. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openRecord } from "../../../../benchmarks/record/mod.ts";
import { withFolder } from "../../../datasets/files.ts";
import { StubRepository } from "../stub_repository.ts";

Deno.test("bench:detection times both conditions, trains its pool, and goes on with what is there", () =>
  withFolder(async (folder) => {
    const repository = await StubRepository.make();
    try {
      await repository.change({});
      await repository.commit("stub");
      const out = join(folder, "out");
      const run = (line: string) =>
        repository.run(`--works train-ws --rounds 2 --out ${out} ${line}`, {}, "detection");
      const json = () => Deno.readTextFile(join(out, "result.json"));
      const timed = await run("--comparisons 1 --pool-seeds 0");
      assert.equal(timed.code, 0, timed.stderr);
      const { record: first } = await openRecord(out, "detection");
      assert.deepEqual(first.times.map(({ condition }) => condition), [
        "same code",
        "slower by 10 %",
      ]);
      assert.equal(first.pool, undefined);
      assert.deepEqual(first.config, { works: "train-ws", blocks: 2 });
      assert.equal(first.environment.commit, await repository.git("rev-parse", "HEAD"));

      const whole = await run("--comparisons 1 --pool-seeds 3");
      assert.equal(whole.code, 0, whole.stderr);
      const { record: second } = await openRecord(out, "detection");
      assert.deepEqual(second.times, first.times, "not timed again");
      assert.deepEqual(second.pool?.base.seeds, [0, 1, 2]);
      assert.deepEqual(
        second.pool?.head.scores,
        second.pool?.base.scores,
        "the stub learns nothing",
      );
      const names = Array.from(Deno.readDirSync(out), ({ name }) => name);
      for (const name of ["detection.csv", "report.md"]) assert.ok(names.includes(name), name);
      assert.match(whole.stdout, /report\.html/);

      const before = await json();
      const other = await run("--comparisons 1 --pool-seeds 3 --rounds 3");
      assert.equal(other.code, 2);
      assert.match(
        other.stderr,
        /differs in config\.blocks \(2 and 3\): write elsewhere with --out DIR/,
      );
      assert.equal(await json(), before);
      const unknown = await run("--comparisons 1 --works train");
      assert.equal(unknown.code, 2);
      assert.match(unknown.stderr, /Unknown work "train"/);
      assert.deepEqual(await repository.leftovers(), []);
    } finally {
      await repository.remove();
    }
  }));
