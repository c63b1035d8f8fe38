/**
 * Values and gradients of every differentiable op of TensorFlow.js, and of every stock layer with
 * weights or windows, against plain float64 loops and their finite differences.
 */
import { backends } from "../backends.ts";
import * as tf from "../../src/tf.ts";
import { groups } from "./cases/mod.ts";
import { sweep } from "./sweep.ts";

for (const { name: backend, ignore } of backends) {
  for (const [group, cases] of Object.entries(groups)) {
    Deno.test({
      name: `${cases.length} ${group} are right, or known not to be [${backend}]`,
      ignore,
      fn: async () => {
        await tf.setBackend(backend);
        await sweep(cases);
      },
    });
  }
}
