/**
 * Does all that is wrong, one after the other, and prints a line before and after each: `begin NAME`,
 * then `ok NAME` or `wrong NAME: …`. At the end the backend must still compute.
 */
import { registerTensorFlowBackend } from "../../../../src/backends/tensorflow/mod.ts";
import * as tf from "../../../../src/tf.ts";
import { type Abuse, abuses, abusesOfDisposed, harmless } from "./cases.ts";

tf.enableProdMode();

async function outcome([wrong, says]: Abuse): Promise<string | undefined> {
  tf.engine().startScope();
  try {
    const result = await wrong(registerTensorFlowBackend());
    return `nothing was thrown: ${JSON.stringify(result)?.slice(0, 100)}`;
  } catch (error) {
    if (!(error instanceof Error)) return `no Error: ${error}`;
    return says.test(error.message) ? undefined : `says "${error.message}", and not ${says}`;
  } finally {
    tf.engine().endScope();
  }
}

async function all(list: Record<string, Abuse>): Promise<void> {
  for (const [name, abuse] of Object.entries(list)) {
    console.log(`begin ${name}`);
    const problem = await outcome(abuse);
    console.log(problem === undefined ? `ok ${name}` : `wrong ${name}: ${problem}`);
  }
}

function computes(): string {
  const sum = tf.tidy(() => tf.sum(tf.matMul(tf.ones([8, 8]), tf.ones([8, 8]))).dataSync()[0]);
  return `computes ${sum}`;
}

registerTensorFlowBackend();
await tf.setBackend("tensorflow");
await all(abuses);
const backend = registerTensorFlowBackend();
for (const [name, attributes] of Object.entries(harmless)) {
  const [y] = backend.run("Relu", attributes, [tf.tensor1d([-1, 2])], 1);
  console.log(`${`${y!.dataSync()}` === "0,2" ? "ok" : "wrong"} harmless: ${name}`);
}
console.log(computes());
const after = abusesOfDisposed(backend);
// Registering would make another backend, of which nothing is disposed.
for (const [name, [wrong, says]] of Object.entries(after)) {
  console.log(`begin ${name}`);
  try {
    console.log(`wrong ${name}: nothing was thrown: ${wrong(backend)}`);
  } catch (error) {
    const fits = error instanceof Error && says.test(error.message);
    console.log(fits ? `ok ${name}` : `wrong ${name}: ${error}`);
  }
}
registerTensorFlowBackend();
await tf.setBackend("tensorflow");
console.log(computes());
console.log(
  `counted ${Object.keys({ ...abuses, ...after }).length + Object.keys(harmless).length}`,
);
