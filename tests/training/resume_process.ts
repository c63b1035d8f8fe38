/**
 * A run in a process of its own: `whole FOLDER` trains it and keeps the checkpoint of its middle,
 * `resumed FOLDER` goes on from that. Both print the end: losses, evaluations and all weights.
 */
import { join } from "node:path";
import { losses, metrics, models, optimizers, schedules, tf, Trainer } from "../../mod.ts";
import { WeightStandardization } from "../../mod.ts";

tf.enableProdMode();
await tf.setBackend("cpu");
const [mode, folder] = Deno.args as [string, string];
const file = (name: string) => join(folder, name);

const trainDataloader = {
  batchesPerEpoch: 4,
  *batches(epoch: number) {
    for (let i = 0; i < 4; i++) {
      const x = tf.randomUniform([4, 32, 32, 3], -1, 1, "float32", 10 * epoch + i + 1);
      yield { x, y: tf.tensor1d([0, 1, 2, 1], "int32") };
    }
  },
};
const trainer = new Trainer({
  model: models.resnet({
    depth: { block: "basic", counts: [1, 1, 1, 1] },
    width: 2,
    classes: 3,
    inputShape: [32, 32, 3],
    seed: 1,
  }),
  optimizer: optimizers.decoupledSgdw({ learningRate: 0.05, momentum: 0.9, weightDecay: 1e-3 }),
  loss: losses.crossEntropy,
  metrics: [new metrics.Accuracy()],
  algorithms: [new WeightStandardization()],
  schedule: schedules.cosine(),
  trainDataloader,
  evalDataloader: trainDataloader,
  maxDuration: "6ba",
  evalInterval: "2ba",
  checkpointInterval: "3ba",
  microbatchSize: 2,
  callbacks: [async (event, { step }, trainer) => {
    if (event !== "checkpoint" || step !== 3) return;
    const { weights, state } = await trainer.checkpoint();
    Deno.writeFileSync(file("weights.safetensors"), weights);
    Deno.writeTextFileSync(file("state.json"), JSON.stringify(state));
  }],
});
if (mode === "resumed") {
  const weights = Deno.readFileSync(file("weights.safetensors"));
  await trainer.restore({
    weights,
    state: JSON.parse(Deno.readTextFileSync(file("state.json"))),
  });
}
const { losses: course, evaluations } = await trainer.fit();
const { weights } = await trainer.checkpoint();
const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", weights));
console.log(JSON.stringify({ course, evaluations, digest: Array.from(digest) }));
