import assert from "node:assert/strict";
import type { TensorFlowBackend } from "../../../src/backends/tensorflow/mod.ts";
import * as tf from "../../../src/tf.ts";
import { capture } from "../../../src/training/capture.ts";
import { testOnTensorFlow, wave } from "./harness.ts";

/** What makes something in TensorFlow's library, and what frees it. */
const pairs = {
  TFE_NewOp: "TFE_DeleteOp",
  TF_NewGraph: "TF_DeleteGraph",
  TF_NewBuffer: "TF_DeleteBuffer",
  TF_GraphToFunctionWithControlOutputs: "TF_DeleteFunction",
  TFE_ContextAddFunction: "TFE_ContextRemoveFunction",
  TFE_TensorHandleResolve: "TF_DeleteTensor",
} as const;

/** How often each function of the library is called meanwhile. */
function calls({ eager }: TensorFlowBackend, body: () => void): Map<string, number> {
  const counts = new Map<string, number>();
  const { library } = eager;
  const counting = new Proxy(library, {
    get(target, name: keyof typeof library) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return target[name];
    },
  });
  const writable = eager as { library: typeof library };
  writable.library = counting;
  try {
    body();
  } finally {
    writable.library = library;
  }
  return counts;
}

testOnTensorFlow("a captured step frees all that it made, once it is disposed", (backend) => {
  const few = wave([3]), many = wave([100]);
  const once = () => {
    const step = capture((x: tf.Tensor) => tf.concat([tf.add(tf.square(x), many), few]));
    for (const size of [100, 1, 100]) { // recorded twice
      const x = wave([size]);
      step(x).dispose();
      x.dispose();
    }
    step.dispose();
  };
  once(); // what is kept for the operations that it runs stays for the next step
  const counts = calls(backend, once);
  assert.equal(counts.get("TF_NewGraph"), 2);
  for (const [makes, frees] of Object.entries(pairs)) {
    assert.equal(counts.get(frees), counts.get(makes), `${makes} and ${frees}`);
  }
  tf.dispose([few, many]);
});
