/**
 * TensorFlow's `ConfigProto`, as bytes; only the fields that are used here.
 *
 * Sources: `tensorflow/core/protobuf/config.proto` and `rewriter_config.proto` of
 * tensorflow/tensorflow.
 *
 * @module
 */
import { Field, MapField, Root, Type } from "npm:protobufjs@8.8.1/light.js";

const GPUOptions = new Type("GPUOptions").add(new Field("allowGrowth", 4, "bool"));
const RewriterConfig = new Type("RewriterConfig")
  .add(new Field("layoutOptimizer", 1, "int32"))
  .add(new Field("constantFolding", 3, "int32"))
  .add(new Field("memoryOptimization", 4, "int32"))
  .add(new Field("arithmeticOptimization", 7, "int32"))
  .add(new Field("remapping", 14, "int32"))
  .add(new Field("minGraphNodes", 17, "int32"));
const GraphOptions = new Type("GraphOptions")
  .add(new Field("rewriteOptions", 10, "RewriterConfig"));
const ConfigProto = new Type("ConfigProto")
  .add(new MapField("deviceCount", 1, "string", "int32"))
  .add(new Field("intraOpParallelismThreads", 2, "int32"))
  .add(new Field("interOpParallelismThreads", 5, "int32"))
  .add(new Field("gpuOptions", 6, "GPUOptions"))
  .add(new Field("graphOptions", 10, "GraphOptions"));
new Root().add(GPUOptions).add(RewriterConfig).add(GraphOptions).add(ConfigProto);

/** How TensorFlow is to use the machine. */
export interface DeviceOptions {
  /**
   * Threads that one operation may use.
   * @default {the environment variable TF_NUM_INTRAOP_THREADS, else as many as there are cores}
   */
  intraOpThreads?: number;
  /**
   * Operations of a captured step that may run at a time. In a group of workers 2 or more, on one core,
   * too: with 1 the sums of gradients begin late.
   * @default {the environment variable TF_NUM_INTEROP_THREADS, else as many as there are cores}
   */
  interOpThreads?: number;
  /**
   * `"cpu"` leaves GPUs alone; `"auto"` uses one where there is one.
   * @default {"auto"}
   */
  device?: "auto" | "cpu";
}

/** The `ConfigProto`. GPU memory grows as needed, so that other programs can use the GPU too. */
export function encodeConfig(options: DeviceOptions): Uint8Array<ArrayBuffer> {
  const bytes = ConfigProto.encode({
    intraOpParallelismThreads: threads("intraOpThreads", options.intraOpThreads),
    interOpParallelismThreads: threads("interOpThreads", options.interOpThreads),
    gpuOptions: { allowGrowth: true },
    deviceCount: options.device === "cpu" ? { GPU: 0 } : {},
  }).finish();
  return Uint8Array.from(bytes);
}

/** `RewriterConfig.Toggle`: a pass does not run. */
const OFF = 2;

/** `RewriterConfig.MemOptType`: no such pass either. */
const NO_MEM_OPT = 1;

/**
 * The `ConfigProto` of a call of a function, by which TensorFlow's graph optimizer, Grappler, runs on
 * the function: a call that names none is left alone. Passes that change values do not run:
 *
 * - remapping: with oneDNN, its fused batch normalization and ReLU turn NaN into 0, so that a run
 *   that has diverged would look sound;
 * - constant folding: `(x · c) · d` becomes `x · (c · d)`, but only where nothing else reads the
 *   middle, so that a step's digits would depend on what surrounds it;
 * - arithmetic optimization: `a·x + a·y` becomes `a·(x + y)`, which rounds differently and is finite
 *   where one of the products is not;
 * - memory optimization: in steps of some 200 MB `AddN` becomes sums into one variable, in whatever
 *   order they are ready, so that two calls differ;
 * - the layout is the one that the kernels are fastest with already.
 */
export function encodeOptimization(): Uint8Array<ArrayBuffer> {
  const rewriteOptions = {
    layoutOptimizer: OFF,
    constantFolding: OFF,
    memoryOptimization: NO_MEM_OPT,
    arithmeticOptimization: OFF,
    remapping: OFF,
    minGraphNodes: -1, // however few there are
  };
  return Uint8Array.from(ConfigProto.encode({ graphOptions: { rewriteOptions } }).finish());
}

/** Zero leaves the choice to TensorFlow, and so to its environment variables. */
function threads(name: string, count = 0): number {
  if (!Number.isInteger(count) || count < 0) {
    throw new RangeError(
      `Cannot register the tensorflow backend as ${name} must be an integer >= 0: ` +
        `current value is ${count}`,
    );
  }
  return count;
}
