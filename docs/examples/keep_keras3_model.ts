/**
 * Loads a model that Keras 3 saved, standardizes its convolutions, and keeps it in a folder that
 * every TensorFlow.js program loads which imports this library:
 *
 * `deno run --allow-read --allow-write docs/examples/keep_keras3_model.ts model.keras folder`
 *
 * @module
 */
import { applyWeightStandardization, models, tf } from "../../mod.ts";
import { kerasArchive, registerFileHandler } from "../../src/files/mod.ts";

const [archive, folder] = Deno.args;
if (archive === undefined || folder === undefined) {
  console.error("Give an archive of Keras 3 and a folder: model.keras folder");
  Deno.exit(2);
}

try {
  registerFileHandler();
  const model = await tf.loadLayersModel(models.fromKeras3(kerasArchive(archive)));
  const { count } = applyWeightStandardization(model);
  await model.save(`file://${folder}`);

  const again = await tf.loadLayersModel(`file://${folder}/model.json`);
  const inputs = model.inputs.map(({ shape }) => tf.ones(shape.map((size) => size ?? 1)));
  const outputs = [model, again].map((each) => [each.predict(inputs)].flat() as tf.Tensor[]);
  const differences = outputs[0]!.map((y, i) => tf.max(tf.abs(tf.sub(y, outputs[1]![i]!))));
  console.log(`${count} convolutions standardized`);
  console.log(`outputs differ by ${Math.max(...differences.map((each) => each.dataSync()[0]!))}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exit(1);
}
