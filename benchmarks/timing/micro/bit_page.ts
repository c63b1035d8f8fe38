/** What `bit_chromium.ts` runs in a page: loads a BiT from the page's server, and makes passes. */
import { setWasmPaths } from "npm:@tensorflow/tfjs-backend-wasm@4.22.0";
import "npm:@tensorflow/tfjs-backend-webgpu@4.22.0";
import { bakeWeightStandardization, capture, models, tf } from "../../../mod.ts";

/** What came out on a backend. */
export interface PageTimes {
  loadMs: number;
  /** The first pass, with what it prepares. */
  firstMs: number;
  /** Later passes. */
  passMs: number[];
  /** Logits' root mean square: 0 where nothing was computed. */
  logits: number;
}

async function run(
  backend: string,
  passes: number,
  pixels: number,
  isBaked: boolean,
): Promise<PageTimes> {
  setWasmPaths("/wasm/");
  if (!await tf.setBackend(backend)) throw new Error(`${backend} does not start`);
  const begin = performance.now();
  const address = new URL("/model.safetensors", location.href);
  const { model } = await models.loadPretrained(address, { cache: false });
  const loadMs = performance.now() - begin;
  console.log(`${backend}: loaded in ${loadMs.toFixed(0)} ms`);
  if (isBaked) bakeWeightStandardization(model);
  const forward = capture((x: tf.Tensor) => model.predict(x) as tf.Tensor);
  const x = tf.randomUniform([1, pixels, pixels, 3], -1, 1, "float32", 17);
  const passMs: number[] = [];
  let logits = 0;
  for (let pass = 0; pass <= passes; pass++) {
    const start = performance.now();
    const y = forward(x);
    const values = await y.data<"float32">();
    passMs.push(performance.now() - start);
    console.log(`${backend}: pass ${passMs.at(-1)?.toFixed(0)} ms`);
    y.dispose();
    logits = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
  }
  const [firstMs = NaN, ...later] = passMs;
  return { loadMs, firstMs, passMs: later, logits };
}

Object.assign(globalThis, { runBit: run });
