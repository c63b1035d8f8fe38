import assert from "node:assert/strict";
import { type Outcome, Runner } from "./action.ts";

const inputs = {
  INPUT_SUITE: "ade20k",
  INPUT_PROFILE: "quick",
  INPUT_ARMS: "",
  INPUT_MODEL: "",
  INPUT_DATA: "",
  INPUT_SEEDS: "0,1",
  INPUT_BACKEND: "wasm",
  INPUT_SET: "",
  INPUT_BASE: "",
  INPUT_TOLERANCE: "",
  INPUT_FAIL_ON_REGRESSION: "true",
};

/** A suite that notes which model it saw, and ends as the variables HEAD, BASE and COMPARE say. */
const suite = `
work=$RUNNER_TEMP/weight-standardization-ade20k
cat "$work/repository/model.ts" >>"$CALLS" 2>/dev/null
case "$*" in
*report:compare*)
  mkdir -p "$work/reports/comparison"
  [ -n "\${BROKEN:-}" ] || touch "$work/reports/comparison/result.json"
  exit "\${COMPARE:-0}" ;;
*reports/base*) exit "\${BASE:-0}" ;;
*) exit "\${HEAD:-0}" ;;
esac`;

/** Runs in a workspace of two commits: the model was "old", and is "new". */
async function withRunner(
  test: (runner: Runner, run: (env: Record<string, string>) => Promise<Outcome>) => Promise<void>,
): Promise<void> {
  await using runner = await Runner.start();
  await runner.standIn("deno", suite);
  await runner.git("init", "--quiet", "--initial-branch=main");
  for (const version of ["old", "new"]) {
    await runner.write("workspace/model.ts", `${version}\n`);
    await runner.git("add", ".");
    await runner.git("commit", "--quiet", "--message", version);
  }
  await test(runner, (env) => runner.run("run.sh", { ...inputs, ...env }));
}

Deno.test("run.sh runs the suite on the branch and on its base, and compares them", async () => {
  await withRunner(async (runner, run) => {
    await runner.git("tag", "before", "HEAD~1");
    const { code, outputs, calls, log } = await run({
      INPUT_BASE: "before",
      INPUT_MODEL: "model.ts",
      INPUT_ARMS: "bench/arms.ts",
      INPUT_DATA: "/data",
      INPUT_SET: "duration=2ba\n\nimageSize=32\n",
      INPUT_TOLERANCE: "5",
    });
    assert.equal(code, 0, log);
    const work = runner.path("temp/weight-standardization-ade20k");
    assert.deepEqual(outputs, {
      reports: `${work}/reports`,
      "head-commit": "",
      "base-commit": (await runner.git("rev-parse", "before")).trim(),
      verdict: "passed",
    });
    const [head, isNew, base, isOld, compare] = calls.map(String);
    assert.deepEqual([isNew, isOld], ["new", "old"]);
    const options =
      `--profile=quick --backend=wasm --seeds=0,1 --model=${work}/repository/model.ts ` +
      `--data=/data --arms=${work}/repository/bench/arms.ts --set=duration=2ba --set=imageSize=32`;
    const suite = `bench:ade20k ${options} --out=${work}/reports`;
    assert.equal(head?.replace(/.*(?=bench:)/, ""), `${suite}/head --force`);
    assert.equal(base?.replace(/.*(?=bench:)/, ""), `${suite}/base --force`);
    assert.match(
      String(compare),
      /report:compare --baseline=\S+\/base --result=\S+\/head .* --tolerance=5 --force$/,
    );
  });
});

Deno.test("run.sh ends as the comparison does, unless regressions are not to fail", async () => {
  await withRunner(async (_, run) => {
    for (const [code, verdict] of [["1", "regression"], ["2", "not-comparable"]] as const) {
      const failed = await run({ INPUT_BASE: "main", COMPARE: code });
      assert.deepEqual([failed.code, failed.outputs.verdict], [Number(code), verdict]);
      const passed = await run({
        INPUT_BASE: "main",
        COMPARE: code,
        INPUT_FAIL_ON_REGRESSION: "false",
      });
      assert.deepEqual([passed.code, passed.outputs.verdict], [0, verdict]);
    }
    const stopped = await run({ INPUT_BASE: "main", COMPARE: "4" });
    assert.deepEqual([stopped.code, stopped.outputs.verdict], [4, undefined]);
    const broken = await run({ INPUT_BASE: "main", COMPARE: "1", BROKEN: "yes" });
    assert.deepEqual([broken.code, broken.outputs.verdict], [2, undefined]);
    assert.match(broken.log, /::error::The comparison broke/);
  });
});

Deno.test("run.sh compares nothing without a base, or with one that does not run", async () => {
  await withRunner(async (_, run) => {
    const none = await run({});
    assert.deepEqual([none.code, none.outputs.verdict], [0, "no-baseline"]);
    assert.equal(none.calls.filter((call) => call.startsWith("deno")).length, 1);
    const broken = await run({ INPUT_BASE: "main", BASE: "3" });
    assert.deepEqual([broken.code, broken.outputs.verdict], [0, "no-baseline"]);
    assert.match(broken.log, /::warning::Nothing is compared/);
    const unknown = await run({ INPUT_BASE: "nothing/of/that/name" });
    assert.deepEqual([unknown.code, unknown.outputs.verdict], [0, "no-baseline"]);
  });
});

Deno.test("run.sh fetches a base that a shallow checkout lacks", async () => {
  await withRunner(async (runner, run) => {
    const base = await runner.git("rev-parse", "HEAD~1");
    await Deno.rename(runner.path("workspace"), runner.path("origin"));
    const origin = `file://${runner.path("origin")}`;
    await Deno.mkdir(runner.path("workspace"));
    await runner.git("clone", "--quiet", "--depth=1", origin, ".");
    await assert.rejects(runner.git("cat-file", "-e", base));
    const { code, outputs, calls } = await run({ INPUT_BASE: base });
    assert.deepEqual([code, outputs.verdict], [0, "passed"]);
    assert.deepEqual(calls.filter((call) => !call.startsWith("deno")), ["new", "old", "old"]);
  });
});

Deno.test("run.sh runs no pull request's code where it would have secrets", async () => {
  await withRunner(async (_, run) => {
    const { code, log, calls } = await run({ GITHUB_EVENT_NAME: "pull_request_target" });
    assert.deepEqual([code, calls], [2, []]);
    assert.match(log, /::error::.*start it on pull_request, not pull_request_target/);
    assert.equal((await run({ GITHUB_EVENT_NAME: "pull_request" })).code, 0);
  });
});

Deno.test("run.sh starts nothing that the checkout's configuration names", async () => {
  await withRunner(async (runner, run) => {
    const sprung = runner.path("sprung");
    const trap = `#!/bin/sh\ntouch ${sprung}\n`;
    for (const name of ["temp/monitor", "workspace/.git/hooks/post-checkout"]) {
      await runner.write(name, trap);
      await Deno.chmod(runner.path(name), 0o755);
    }
    await runner.git("config", "core.fsmonitor", runner.path("temp/monitor"));
    const { outputs } = await run({ INPUT_BASE: "HEAD" });
    assert.equal(outputs.verdict, "passed");
    await assert.rejects(Deno.stat(sprung), Deno.errors.NotFound);
  });
});

Deno.test("run.sh ends as the suite does where the branch does not run", async () => {
  await withRunner(async (_, run) => {
    const { code, outputs, calls } = await run({ INPUT_BASE: "main", HEAD: "3" });
    assert.deepEqual([code, outputs.verdict], [3, undefined]);
    assert.ok(outputs.reports !== undefined, "what there is can be uploaded");
    assert.equal(calls.filter((call) => call.startsWith("deno")).length, 1);
  });
});

Deno.test("run.sh takes inputs as text, whatever they hold", async () => {
  await withRunner(async (runner, run) => {
    const attack = `$(touch ${runner.path("owned")}); touch ${runner.path("owned")} #`;
    const { code, calls } = await run({
      ...Object.fromEntries(
        ["PROFILE", "ARMS", "MODEL", "DATA", "SEEDS", "BACKEND", "SET", "TOLERANCE"]
          .map((name) => [`INPUT_${name}`, attack]),
      ),
      INPUT_BASE: "main",
    });
    assert.equal(code, 0);
    assert.ok(calls[0]?.includes(`--seeds=${attack}`));
    for (const INPUT_BASE of [attack, "--upload-pack=touch", "-x", "HEAD~1"]) {
      assert.equal((await run({ INPUT_BASE })).code, 2);
    }
    assert.equal((await run({ INPUT_SUITE: attack })).code, 2);
    await assert.rejects(Deno.stat(runner.path("owned")), Deno.errors.NotFound);
  });
});
