import "npm:@tensorflow/tfjs-backend-wasm@4.22.0";
import { registerWebGpuBackend } from "/work/main/src/backends/webgpu/mod.ts";
import * as tf from "/work/main/src/tf.ts";
import { pytorchCases, convolutionCases} from "/work/main/tests/browser/golden_cases.ts";
import { findFailures} from "/work/main/tests/browser/golden.ts";
import { pytorch } from "/work/main/tests/fixtures/pytorch.ts";
import { cases } from "/work/main/tests/standardization/fixtures/convolutions.ts";
tf.enableProdMode();
await registerWebGpuBackend();
for (const b of ["wasm", "webgpu"]) { await tf.setBackend(b);
let n = 0; const t = performance.now();
for (const c of [...pytorchCases(pytorch), ...convolutionCases(cases)]) { n++;
  try { for (const f of await findFailures(c, b === "wasm" ? 1e-5 : 1e-5)) console.log(b, f);} catch (e) { console.log(b, c.name, e.stack.split("\n").slice(0,9).join("\n"))}
} console.log(b, n, performance.now() - t);}
