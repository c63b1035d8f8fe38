/**
 * A worker of this library, in a process of its own: see {@linkcode serveGroup}.
 *
 *     deno run --allow-read --allow-env --allow-ffi benchmarks/scaling/worker.ts ORDER
 *
 * @module
 */
import { answerBy } from "../timing/answer.ts";
import { serveGroup } from "./protocol.ts";
import { openWorks } from "./works.ts";

if (import.meta.main) await answerBy(serveGroup, openWorks, ["TensorFlowLibraryError"]);
