/** PyTorch's peers are this library's networks, whatever normalizes them. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { normalizations } from "../../../benchmarks/experiments/profiles/normalization.ts";
import {
  type OverheadProfile,
  profiles,
} from "../../../benchmarks/experiments/profiles/overhead.ts";
import { countParameters } from "../../../benchmarks/tasks/parameters.ts";
import { normArms } from "../../../benchmarks/timing/norm_arms.ts";
import { runningFor } from "../../../benchmarks/timing/start_subject.ts";
import { SubjectProcess } from "../../../benchmarks/timing/subject_process.ts";
import { subjectsOf } from "../../../benchmarks/timing/subjects.ts";
import { makeModel } from "../../../benchmarks/timing/work.ts";
import { type SafetensorsTensor, writeSafetensors } from "../../../src/models/safetensors.ts";
import { torchForm } from "../../../src/models/torch_names.ts";
import { applyWeightStandardization } from "../../../src/standardization/mod.ts";
import { crossEntropy } from "../../../src/training/losses.ts";
import { sgd } from "../../../src/training/optimizers.ts";
import { trainStep } from "../../../src/training/train_step.ts";
import * as tf from "../../../src/tf.ts";
import "../../backends.ts";
import { anyPython, torchPython, withTorch } from "./torch_python.ts";

const steps = 3;
const small = { ...profiles.norms!, batchSize: 4, imageSize: 33, learningRate: 2e-3 };

/** The profile of an arm that has that normalization. */
function profileOf(normalization: string): OverheadProfile {
  const arm = normArms.find(({ settings }) => settings.normalization === normalization);
  return { ...small, normalization, ...arm?.settings };
}

Deno.test({
  name: "the peers' Python is Python",
  ignore: anyPython === undefined,
  async fn() {
    const folder = fileURLToPath(new URL("../../../benchmarks/timing/peers", import.meta.url));
    const files = (await Array.fromAsync(Deno.readDir(folder)))
      .filter(({ name }) => name.endsWith(".py")).map(({ name }) => join(folder, name));
    assert.ok(files.length >= 7);
    const code = "import sys; [compile(open(path).read(), path, 'exec') for path in sys.argv[1:]]";
    const args = ["-c", code, ...files];
    const { success, stderr } = await new Deno.Command(anyPython!, { args }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
  },
});

/** What PyTorch's model is given: raw kernels and the classifier, by its names, and a batch. */
function fileOf(model: tf.LayersModel, x: tf.Tensor, y: tf.Tensor): Uint8Array<ArrayBuffer> {
  const float32 = (value: tf.Tensor): SafetensorsTensor => {
    const bytes = new Uint8Array(Float32Array.from(value.dataSync()).buffer);
    return { dtype: "F32", shape: value.shape, bytes };
  };
  return tf.tidy(() => {
    const learned = model.weights.filter(({ originalName }) =>
      /\/kernel$/.test(originalName) || originalName === "fc/bias"
    );
    const weights = learned.map((weight): [string, SafetensorsTensor] => {
      const { name, toTorch } = torchForm(weight);
      return [name, float32(toTorch(weight.read()))];
    });
    const batch: [string, SafetensorsTensor][] = [
      ["x", float32(tf.transpose(x, [0, 3, 1, 2]))],
      ["y", float32(y)],
    ];
    return writeSafetensors({ tensors: new Map([...weights, ...batch]), metadata: new Map() });
  });
}

/** Losses of PyTorch's steps from those weights, and how many parameters it trains. */
async function theirs(
  file: Uint8Array<ArrayBuffer>,
  profile: OverheadProfile,
  kernels: "plain" | "composer",
): Promise<{ losses: number[]; parameterCount: number }> {
  const path = await Deno.makeTempFile({ suffix: ".safetensors" });
  await Deno.writeFile(path, file);
  const program = fileURLToPath(new URL("./torch_losses.py", import.meta.url));
  const order = JSON.stringify({ subject: { kernels }, profile, threads: 1, file: path });
  const env = { PYTHONDONTWRITEBYTECODE: "1" };
  const process = new SubjectProcess({ command: torchPython!, args: [program, order], env });
  try {
    const hello = await process.hello();
    assert.ok("ready" in hello, JSON.stringify(hello));
    const losses: number[] = [];
    for (let i = 0; i < steps; i++) losses.push((await process.run(1)).value);
    return { losses, parameterCount: hello.ready.parameterCount };
  } finally {
    await process.end(true);
    await Deno.remove(path);
  }
}

/** Losses of this library's steps, and the weights that they begin from. */
function ours(profile: OverheadProfile, standardized: boolean) {
  const model = makeModel(profile);
  const { batchSize, imageSize, learningRate, momentum } = profile;
  const x = tf.randomNormal([batchSize, imageSize, imageSize, 3], 0, 1, "float32", 3);
  const y = tf.tensor1d([2, 0, 4, 7], "int32");
  const file = fileOf(model, x, y);
  const parameterCount = countParameters(model);
  if (standardized) applyWeightStandardization(model);
  const step = trainStep(model, sgd({ learningRate, momentum }), crossEntropy);
  const rest = [tf.scalar(learningRate), tf.tensor1d([0], "int32")] as const;
  const losses = Array.from({ length: steps }, () => {
    const loss = step(x, y, ...rest);
    const [value] = loss.dataSync();
    loss.dispose();
    return value!;
  });
  step.dispose();
  model.dispose();
  tf.dispose([x, y, ...rest]);
  return { file, losses, parameterCount };
}

for (const normalization of normalizations) {
  for (const standardized of [false, true]) {
    const what = `${normalization}${standardized ? " and WS" : ""}`;
    Deno.test({
      name: `a peer has this library's losses with the normalization ${what}, ${withTorch}`,
      ignore: torchPython === undefined,
      async fn() {
        await tf.setBackend("wasm");
        const profile = profileOf(normalization);
        const { file, losses, parameterCount } = ours(profile, standardized);
        const peer = await theirs(file, profile, standardized ? "composer" : "plain");
        assert.equal(peer.parameterCount, parameterCount);
        for (const [i, loss] of losses.entries()) {
          const off = Math.abs(peer.losses[i]! / loss - 1);
          assert.ok(off < 1e-4, `step ${i}: ${loss}, PyTorch ${peer.losses[i]}`);
        }
        const moved = Math.abs(losses[2]! / losses[0]! - 1) > 1e-3;
        assert.equal(moved, profile.learningRate === small.learningRate, `${losses}`);
      },
    });
  }
}

for (const name of ["pytorch-bcn-timm-channels-last", "pytorch-in"]) {
  Deno.test({
    name: `the peer ${name} works in its own process, ${withTorch}`,
    ignore: torchPython === undefined,
    async fn() {
      const peer = subjectsOf([], true).find((subject) => subject.name === name)!;
      const options = { profile: small, threads: 1, interpreters: [torchPython!] };
      const running = await runningFor(peer, options);
      assert.ok("process" in running, JSON.stringify(running));
      try {
        await tf.setBackend("cpu");
        const model = makeModel({ ...small, ...peer.settings });
        assert.equal(running.ready.parameterCount, countParameters(model));
        model.dispose();
        const first = await running.process.warm(1);
        assert.notEqual((await running.process.run(2)).value, first.value);
      } finally {
        await running.process.end(true);
      }
    },
  });
}

Deno.test({
  name: `DeepLabv3+'s peer has as many parameters with groups that fit, ${withTorch}`,
  ignore: torchPython === undefined,
  async fn() {
    const profile: OverheadProfile = {
      ...profiles.deeplab!,
      normalization: "batchChannel",
      headChannels: 20,
      lowLevelChannels: 12,
      classes: 5,
    };
    await tf.setBackend("cpu");
    const model = makeModel(profile);
    const expected = countParameters(model);
    model.dispose();
    const pytorch = subjectsOf([], true).find(({ name }) => name === "pytorch")!;
    const running = await runningFor(pytorch, {
      profile,
      threads: 1,
      interpreters: [torchPython!],
    });
    assert.ok("process" in running, JSON.stringify(running));
    assert.equal(running.ready.parameterCount, expected);
    await running.process.end(true);
  },
});
