/**
 * A subject of this library, in a process of its own: see {@linkcode serve}.
 *
 *     deno run --allow-read --allow-env --allow-ffi benchmarks/timing/subject.ts ORDER
 *
 * @module
 */
import { answerHarness } from "./answer.ts";
import { openWork } from "./work.ts";

if (import.meta.main) {
  await answerHarness(openWork, ["WebGpuAdapterError", "TensorFlowLibraryError"]);
}
