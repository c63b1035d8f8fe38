import { registerWebGpuBackend } from "/work/main/src/backends/webgpu/mod.ts";
import * as tf from "/work/main/src/tf.ts";
import { applyWeightStandardization, capture, models, Trainer, optimizers, schedules, losses, metrics } from "/work/main/mod.ts";
import * as mod from "/work/main/mod.ts";
tf.enableProdMode();
await registerWebGpuBackend();
await tf.setBackend("webgpu");
console.log(Object.keys(mod).join(" "));
const attempt = async (name: string, f: () => unknown) => { try { const t = performance.now(); const r = await f(); console.log("ok", name, r ?? "", Math.round(performance.now() - t), "ms"); } catch (e) { console.log("FAIL", name, (e as Error).stack?.split("\n").slice(0, 8).join("\n")); } };
const backbone = { depth: { block: "bottleneck", counts: [1, 1, 1, 1] }, width: 4 } as const;
await attempt("fit", async () => {
  const model = tf.sequential({ layers: [ tf.layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [8, 8, 1], activation: "relu" }), tf.layers.batchNormalization(), tf.layers.flatten(), tf.layers.dense({ units: 1 })] });
  applyWeightStandardization(model);
  model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  const h = await model.fit(tf.randomUniform([16, 8, 8, 1]), tf.ones([16, 1]), { epochs: 3, verbose: 0 });
  const before = tf.memory().numTensors;
  await model.fit(tf.randomUniform([16, 8, 8, 1]), tf.ones([16, 1]), { epochs: 3, verbose: 0 });
  return [h.history.loss, tf.memory().numTensors - before];
});
await attempt("preserveOutputs", () => {
  const model = tf.sequential({ layers: [ tf.layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [8, 8, 1], activation: "relu" })]});
  applyWeightStandardization(model, { preserveOutputs: true } as any);
  return ((model.predict(tf.ones([1,8,8,1])) as tf.Tensor).data());
});
await attempt("torch weights", () => {
  const model = models.deeplabv3plus({ backbone, classes: 5, headChannels: 8 } as any);
  const b = (models as any).saveTorchWeights(model); (models as any).loadTorchWeights(model, b);
});
await attempt("torch weights after predict", () => {
  const model = models.deeplabv3plus({ backbone, classes: 5, headChannels: 8, inputShape: [32,32,3] } as any);
  model.predict(tf.ones([1, 32, 32, 3]));
  const b = (models as any).saveTorchWeights(model); (models as any).loadTorchWeights(model, b);
});
await attempt("trainer", async () => {
  const model = models.deeplabv3plus({ backbone, classes: 5, headChannels: 8, inputShape: [32, 32, 3] } as any);
  applyWeightStandardization(model, { nLastLayersIgnore: 15 });
  const x = tf.randomUniform([2, 32, 32, 3]), y = tf.cast(tf.fill([2, 32, 32], 1), "int32");
  const loader = { batchesPerEpoch: 3, *batches() { for (let i = 0; i < 3; i++) yield { x: x.clone(), y: y.clone() }; } };
  const trainer = new Trainer({ model, optimizer: optimizers.sgd({learningRate: 0.05, momentum: 0.9} as any), loss: losses.segmentation(), metrics: [new metrics.MeanIoU({classes: 5} as any)], trainDataloader: loader, evalDataloader: loader, maxDuration: "2ep" } as any);
  const r = await trainer.fit();
  return JSON.stringify(r).slice(0, 300);
});
for (const n of ["batchNormalization", "groupNormalization"]) await attempt(n, async () => {
  const model = tf.sequential({ layers: [ tf.layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [8, 8, 1]}), (mod as any).layers?.[n]({groups: 2})] });
  return (await (model.predict(tf.ones([1,8,8,1])) as tf.Tensor).data()).length;
});
