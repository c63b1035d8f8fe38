/** Each program in docs/examples runs. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { models } from "../../mod.ts";
import { encodePng } from "../browser/demo_pictures.ts";
import { readResult } from "../../benchmarks/record/mod.ts";
import { suiteProcess } from "../benchmarks/suite_process.ts";

const root = new URL("../..", import.meta.url).pathname;

Deno.test("docs/examples/compare_two_arms.ts compares its arms", async () => {
  const out = await Deno.makeTempDir({ prefix: "examples-test-" });
  try {
    const permissions = ["--allow-read", "--allow-write", "--allow-run=git", "--allow-ffi"];
    const system = "--allow-sys=cpus,systemMemoryInfo";
    const env =
      "--allow-env=TENSORFLOW_LIB,HOME,XDG_CACHE_HOME,TF_CPP_MIN_LOG_LEVEL,TF_ENABLE_ONEDNN_OPTS";
    const args = ["run", ...permissions, system, env, "docs/examples/compare_two_arms.ts", out];
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: root })
      .output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    const arms = lines.map((line) => line.split(" ").slice(0, 2).join(" "));
    assert.deepEqual(arms, ["plain 0", "plain 1", "standardized 0", "standardized 1"]);
    assert.match(await Deno.readTextFile(`${out}/report.md`), /plain against standardized/);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});

suiteProcess("bench:imagenet").test("takes docs/examples/norm_arms.ts", async (folder) => {
  const tiny = "--set duration=2ba --set warmup=1ba --set generatedTraining=32 " +
    "--set generatedValidation=8 --set evaluations=1 --set timingRounds=0 --seeds 0,1";
  const line = `--arms docs/examples/norm_arms.ts ${tiny} --backend wasm --out ${folder}`;
  const { code, stderr } = await suiteProcess("bench:imagenet").run(line);
  assert.equal(code, 0, stderr);
  const { arms, contrasts, cells } = await readResult(join(folder, "result.json"));
  assert.deepEqual(arms.map(({ name, settings = {} }) => [name, settings.normalization]), [
    ["bn", undefined],
    ["bn-ws", undefined],
    ["gn", "group"],
    ["gn-ws", "group"],
  ]);
  assert.deepEqual(contrasts!.map(({ name }) => name), ["gn-ws - gn", "GN", "WS", "GN:WS"]);
  assert.deepEqual(cells.map(({ standardizedCount: n }) => n > 0).slice(0, 4), [
    false,
    false,
    true,
    true,
  ]);
  const report = await Deno.readTextFile(join(folder, "report.md"));
  for (const { label } of contrasts!) assert.ok(report.includes(label), label);
});

Deno.test("docs/examples/fine_tune_bit.ts fine-tunes a tiny BiT, and writes what is read again", async () => {
  const folder = await Deno.makeTempDir({ prefix: "examples-test-" });
  try {
    const network: Omit<models.ResNetV2Options, "classes"> = {
      depth: { counts: [1, 1, 1, 1], channels: [32, 32, 32, 64], stem: 16 },
      groups: 8,
      inputShape: [null, null, 3],
    };
    const weights = models.saveTorchWeights(models.resnetv2({ ...network, classes: 5, seed: 1 }));
    await Deno.writeFile(join(folder, "bit.safetensors"), weights);
    for (const kind of ["across", "down"] as const) {
      for (const [part, count] of [["train", 5], ["val", 2]] as const) {
        await Deno.mkdir(join(folder, "data", part, kind), { recursive: true });
        for (let i = 0; i < count; i++) {
          const file = join(folder, "data", part, kind, `${i}.png`);
          await Deno.writeFile(file, encodePng(40 + i, 36, kind, i));
        }
      }
    }
    const env =
      "--allow-env=TENSORFLOW_LIB,HOME,XDG_CACHE_HOME,TF_CPP_MIN_LOG_LEVEL,TF_ENABLE_ONEDNN_OPTS";
    const permissions = [
      "--allow-read",
      `--allow-write=${folder}`,
      "--allow-ffi",
      "--allow-sys=cpus",
    ];
    const out = join(folder, "out.safetensors");
    const files = [join(folder, "bit.safetensors"), join(folder, "data"), out];
    const tiny = ["--steps", "3", "--batch", "16", "--groups", "8"];
    const script = "docs/examples/fine_tune_bit.ts";
    const args = ["run", ...permissions, env, script, ...files, ...tiny];
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: root })
      .output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    assert.match(lines[0]!, /2 classes in a new head of zeros/);
    assert.equal(lines[1], "step 1 of 3, loss 0.6931");
    assert.match(lines[3]!, /^step 3 of 3, loss 0\.\d{4}$/);
    assert.match(lines[4]!, /^validation accuracy \d+\.\d %$/);
    const tuned = models.resnetv2({ ...network, classes: 2 });
    models.loadTorchWeights(tuned, await Deno.readFile(out));
    const [bias] = tuned.getLayer("head.fc").getWeights().slice(1);
    assert.ok(bias!.dataSync().every((value) => value !== 0), "the head has not learned");
    assert.notDeepEqual(await Deno.readFile(out), weights);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("docs/examples/fine_tune_bit.ts says what is wrong before it computes", async () => {
  const folder = await Deno.makeTempDir({ prefix: "examples-test-" });
  try {
    const out = join(folder, "out.safetensors");
    const cases: [string[], RegExp][] = [
      [[], /^error: three arguments are wanted: 0 are there\nusage: /],
      [
        ["w", folder, out, "--steps", "abc"],
        /^error: --steps must be an integer >= 1: it is abc\n/,
      ],
      [["w", folder, out, "--batch", "0"], /^error: --batch must be an integer >= 1: it is 0\n/],
      [["w", folder, out, "--nope"], /^error: Unknown option '--nope'/],
      [["w", folder, join(folder, "none", "out")], /^error: No such file or directory.*none/],
      [["w", folder, out], /^error: Cannot read pictures from .* neither a train nor a val/],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "docs/examples/fine_tune_bit.ts", ...args],
        cwd: root,
        env: { NO_COLOR: "1" },
      }).output();
      const said = new TextDecoder().decode(stderr).replace(/^\s*=+\nHi[^]*?=\s+/, "");
      assert.equal(code, 2, said);
      assert.match(said, message);
      assert.doesNotMatch(said, /^\s+at /m);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
