/** `bench:compare --base REF` as its users meet it, in a repository whose steps are stubs. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { linesOf } from "../../../benchmarks/ground/lines.ts";
import { parseComparison } from "../../../benchmarks/changes/record.ts";
import { withDefaultSignals } from "../suite_process.ts";
import { StubRepository } from "./stub_repository.ts";

/** A test with a repository of its own: too old, then `first`, the base of all. */
function repositoryTest(name: string, body: (repository: StubRepository) => Promise<void>): void {
  Deno.test(`bench:compare --base ${name}`, async () => {
    const repository = await StubRepository.make();
    try {
      await repository.change({});
      await repository.commit("first");
      await body(repository);
      assert.deepEqual(await repository.leftovers(), []);
    } finally {
      await repository.remove();
    }
  });
}

async function readComparison(folder: string) {
  const file = join(folder, "comparison.json");
  return parseComparison(await Deno.readTextFile(file), file);
}

repositoryTest("finds a slower step in changes that are not committed", async (repository) => {
  await repository.change({ stepMs: 11 });
  const before = await repository.git("status", "--porcelain");
  const { code, stdout, stderr } = await repository.run("--base first --seeds none --out out");
  assert.equal(code, 1, stderr);
  assert.match(
    stdout,
    /training step, WS: regression, the interval lies beyond 3\.0 % for the worse/,
  );
  const out = join(repository.folder, "out");
  const record = await readComparison(out);
  assert.equal(record.verdict, "regression");
  assert.deepEqual(record.metrics.map(({ name, verdict }) => [name, verdict]), [
    ["train-plain", "regression"],
    ["train-ws", "regression"],
    ["infer-ws", "regression"],
  ]);
  const [metric] = record.metrics;
  assert.ok(Math.abs(metric!.change - 10) < 0.5);
  assert.equal(metric!.n, 30);
  assert.ok(metric!.durationsMs!.base.every((steps) => steps.length === 8));
  const { base, head } = record.versions;
  assert.deepEqual([base.name, base.dirty, head.name, head.dirty], [
    "first",
    false,
    "working tree",
    true,
  ]);
  const text = await Deno.readTextFile(join(out, "comparison.md"));
  assert.match(text, /^# Regression\n/);
  assert.match(text, /\*\*working tree\*\* \([0-9a-f]{12}, with changes\) against \*\*first\*\*/);
  await Deno.remove(out, { recursive: true });
  assert.equal(await repository.git("status", "--porcelain"), before, "git is as it was");
});

repositoryTest("compares scores seed by seed", async (repository) => {
  await repository.change({ points: -1.5 });
  await repository.commit("worse");
  await repository.change({ failing: [3] });
  await repository.commit("failing");
  await repository.change({ failing: [0, 1, 2, 3, 4, 5, 6, 7] });
  await repository.commit("broken");
  const run = (refs: string, out: string) =>
    repository.run(`${refs} --rounds 0 --seeds 0,1,2,3,4,5,6,7 --out ${out}`);
  const worse = await run("--base first --head worse", "worse");
  assert.equal(worse.code, 1, worse.stderr);
  const [metric] = (await readComparison(join(repository.folder, "worse"))).metrics;
  assert.equal(metric?.name, "ade20k.mIoU");
  assert.ok(Math.abs(metric!.change + 1.5) < 0.1);
  assert.deepEqual(metric?.seeds?.head, [0, 1, 2, 3, 4, 5, 6, 7]);
  const same = await run("--base first --head first", "same");
  assert.equal(same.code, 0, same.stderr);
  assert.match(same.stdout, /unchanged, the interval lies within/);
  const better = await run("--base worse --head first", "better");
  assert.deepEqual([better.code, /: improvement,/.test(better.stdout)], [0, true]);
  const failing = await run("--base first --head failing", "failing");
  assert.equal(failing.code, 1);
  assert.match(failing.stdout, /training failed with 1 seed that the base completes/);
  const broken = await run("--base first --head broken", "broken");
  assert.equal(broken.code, 1, broken.stderr);
  assert.match(broken.stdout, /regression, training failed with 8 seeds that the base completes/);
  const fixed = await run("--base broken --head first", "fixed");
  assert.equal(fixed.code, 2);
  assert.match(fixed.stderr, /Cannot compare mIoU of bench:ade20k as a side has none/);
});

repositoryTest("tells plainly that two blocks prove nothing", async (repository) => {
  const line = "--base first --head first --rounds 2 --seeds 0";
  const { code, stdout } = await repository.run(`${line} --out out`);
  assert.equal(code, 0);
  assert.match(stdout, /inconclusive, 2 blocks of the 30 that an interval wants/);
  assert.match(stdout, /inconclusive, 1 seed of the 6 that a verdict wants/);
  const { warnings } = await readComparison(join(repository.folder, "out"));
  assert.ok(warnings.some(({ code }) => code === "few-blocks"));
  const second = await repository.run(`${line} --out out`);
  assert.equal(second.code, 2);
  assert.match(second.stderr, /holds a comparison already: --force replaces it/);
  assert.equal((await repository.run(`${line} --out out --force --strict`)).code, 1);
});

repositoryTest("refuses what it cannot compare, and writes nothing", async (repository) => {
  const refused = async (line: string, message: RegExp, env?: Record<string, string>) => {
    const { code, stderr } = await repository.run(`${line} --out out`, env);
    assert.match(stderr, message);
    assert.equal(code, 2);
    const names = await Array.fromAsync(Deno.readDir(join(repository.folder, "out")))
      .catch(() => []);
    assert.deepEqual(names, []);
  };
  await refused("--base nope", /git knows no commit "nope" for the base: fetch it first/);
  await refused("--base=-x", /git knows no commit "-x"/);
  await refused("--base first --head nope", /no commit "nope" for the head/);
  await refused(
    "--base too-old",
    /the base, [0-9a-f]{12}, as it is too old: it has no benchmarks\/timing\/subject\.ts/,
  );
  await refused(
    "--base first --rounds 0 --head too-old",
    /the head, [0-9a-f]{12}, as it is too old: it has no benchmarks\/ade20k\.ts/,
  );
  const linked = { LD_LIBRARY_PATH: "/nowhere" };
  await refused("--base first", /Cannot start .*unset variables that begin with LD_/, linked);
  await refused("--base first --backend wsm", /Unknown backend "wsm".*did you mean "wasm"/);
  await refused("--base first --suites ade20", /Unknown suite "ade20".*did you mean "ade20k"/);
  await refused("--base first --rounds 0 --seeds none", /leave nothing to run/);
  await repository.change({ parameterCount: 99 });
  await refused("--base first", /it has 1,234 parameters in the base and 99 in the head; compare/);
  await Deno.writeTextFile(
    join(repository.folder, "benchmarks/timing/subject.ts"),
    'throw new RangeError("no such kernel");',
  );
  await refused("--base first", /Cannot time the head as its step fails: .*no such kernel/);
  await Deno.writeTextFile(join(repository.folder, "benchmarks/ade20k.ts"), "Deno.exit(3);");
  await refused("--base first --rounds 0", /as the head's bench:ade20k ended with 3/);
  await Deno.writeTextFile(
    join(repository.folder, "benchmarks/ade20k.ts"),
    'console.error("a broken file"); setInterval(() => {}, 1000);',
  );
  await repository.commit("endless");
  await Deno.writeTextFile(join(repository.folder, "benchmarks/ade20k.ts"), "Deno.exit(3);");
  await refused("--base endless --rounds 0", /as the head's bench:ade20k ended with 3/);
});

repositoryTest("leaves nothing behind at Ctrl-C", async (repository) => {
  for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"] as const) {
    const command = repository.command("--base first --rounds 5000 --out out");
    const process = withDefaultSignals(() => command.spawn());
    for await (const line of linesOf(process.stderr)) {
      if (!line.startsWith("times: block 1/")) continue;
      assert.ok((await repository.leftovers()).length > 0, "it works in a temporary folder");
      process.kill(signal);
    }
    await process.stdout.cancel();
    assert.equal((await process.status).code, 4);
    assert.deepEqual(await repository.leftovers(), []);
    await assert.rejects(readComparison(join(repository.folder, "out")), /NotFound/);
  }
});
