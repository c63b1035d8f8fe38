/** Every program that has a table of options. */
import { changes } from "../../../benchmarks/changes/command.ts";
import { detection } from "../../../benchmarks/changes/detection/command.ts";
import { claims } from "../../../benchmarks/claims.ts";
import type { Program } from "../../../benchmarks/cli/program.ts";
import { comment } from "../../../benchmarks/comment.ts";
import { dataCheck } from "../../../benchmarks/data_check/command.ts";
import { doctor } from "../../../benchmarks/doctor/command.ts";
import { microbatchProgram } from "../../../benchmarks/microbatch.ts";
import { predict } from "../../../benchmarks/predict/command.ts";
import { reference } from "../../../benchmarks/reference/command.ts";
import { power } from "../../../benchmarks/reference/power.ts";
import { report } from "../../../benchmarks/report.ts";
import { suiteProgram } from "../../../benchmarks/run/program.ts";
import { site } from "../../../benchmarks/site.ts";
import { ade20k, imagenet, norms, smoothness } from "../../../benchmarks/tasks/suites.ts";
import { scaling } from "../../../benchmarks/scaling/command.ts";
import { overhead } from "../../../benchmarks/timing/command.ts";
import { eagerOp } from "../../../benchmarks/timing/micro/eager_op_bench.ts";
import { fedStep } from "../../../benchmarks/timing/micro/fed_step_bench.ts";
import { loader } from "../../../benchmarks/timing/micro/loader_bench.ts";
import { loaderMemory } from "../../../benchmarks/timing/micro/loader_memory_bench.ts";
import { wasmKernels } from "../../../benchmarks/timing/micro/wasm_kernels_bench.ts";
import { wasmStep } from "../../../benchmarks/timing/micro/wasm_step_bench.ts";

export const programs: readonly Program[] = [
  suiteProgram(ade20k),
  suiteProgram(imagenet),
  suiteProgram(norms),
  microbatchProgram,
  suiteProgram(smoothness),
  reference,
  power,
  overhead,
  scaling,
  changes,
  detection,
  dataCheck,
  doctor,
  predict,
  report,
  claims,
  site,
  comment,
  eagerOp,
  fedStep,
  loader,
  loaderMemory,
  wasmKernels,
  wasmStep,
];
