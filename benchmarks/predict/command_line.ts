import { parseArguments, parseCount } from "../cli/arguments.ts";
import { unknownName, UsageError } from "../ground/errors.ts";
import { type WhichWeights, whichWeights } from "../record/mod.ts";

/** What a command line of `predict` asks for. */
export interface PredictCommand {
  /** The folder of the run whose weights predict. */
  run: string;
  /** The arm's name. */
  arm: string;
  /** The cell's seed; the first whose weights are kept, by default. */
  seed?: number;
  /** Which of its weights; the last where they are kept, by default. */
  which?: WhichWeights;
  /** Files and folders of images. */
  images: readonly string[];
  /** The folder for what is predicted. */
  out: string;
  /** A folder of masks, or of a folder a class. */
  truth?: string;
  /** A module whose default export is a list of arms, where the run's were of one. */
  arms?: string;
  /** A module whose default export makes the model, where the run's was of one. */
  model?: string;
  /** A TensorFlow.js backend, instead of the best that is there. */
  backend?: string;
  /** Images at once; as many as the run evaluated at once, by default. */
  batchSize?: number;
  /** The most images that may be passed over as they cannot be used. */
  skipBad: number;
  /** Whether predictions in `out` are replaced. */
  force: boolean;
}

const options = {
  run: { type: "string" },
  arm: { type: "string" },
  seed: { type: "string" },
  which: { type: "string" },
  out: { type: "string" },
  truth: { type: "string" },
  arms: { type: "string" },
  model: { type: "string" },
  backend: { type: "string" },
  "batch-size": { type: "string" },
  "skip-bad": { type: "string" },
  force: { type: "boolean", default: false },
  help: { type: "boolean", default: false, short: "h" },
} as const;

/** What `--help` prints. */
export const predictHelp: string =
  `deno task predict --run DIR --arm NAME IMAGES… --out DIR [options]

What a trained arm makes of images: JPEG or PNG files of any size, or folders of them. Segmentation
writes masks, overlays and the classes' shares; classification the five best classes of each image.

  --run DIR         the run's folder, with the weights that it kept (--keep)
  --arm NAME        the arm
  --seed N          the cell's seed (default: the first whose weights are kept)
  --which NAME      last or best: weights of the last step or of the best evaluation (default last)
  --out DIR         where predictions go
  --truth DIR       masks called as the images are, or a folder a class: adds scores and confusion
  --arms FILE.ts    the module of arms, where the run had --arms FILE.ts
  --model FILE.ts   the module that makes the model, where the run had --model FILE.ts
  --backend NAME    cpu, wasm, tensorflow, webgpu; the better of tensorflow and wasm by default
  --batch-size N    images at once (default: as many as the run evaluated at once)
  --skip-bad N      pass over up to N images that cannot be used, and name them (default: stop)
  --force           replace the predictions in --out
  --help            this text`;

/**
 * Reads a command line of `predict`.
 *
 * @param args the arguments
 * @returns what is asked for, or `"help"`
 * @throws {UsageError} if an option is unknown or missing, or its value not of its form
 */
export function parsePredict(args: readonly string[]): PredictCommand | "help" {
  const { values, positionals } = parseArguments({
    args: [...args],
    options,
    strict: true,
    allowPositionals: true,
  });
  if (values.help) return "help";
  const { arm = missing("arm", "NAME", "the arm"), truth, arms, model, backend } = values;
  if (positionals.length === 0) {
    throw new UsageError("Cannot predict as no image is given: name files, or folders of them");
  }
  return {
    run: values.run ?? missing("run", "DIR", "the run's folder"),
    arm,
    images: positionals,
    out: values.out ?? missing("out", "DIR", "where predictions go"),
    skipBad: values["skip-bad"] === undefined ? 0 : parseCount("skip-bad", values["skip-bad"]),
    force: values.force,
    ...(values.seed !== undefined && { seed: parseCount("seed", values.seed) }),
    ...(values.which !== undefined && { which: parseWhich(values.which) }),
    ...(values["batch-size"] !== undefined &&
      { batchSize: parseCount("batch-size", values["batch-size"], 1) }),
    ...(truth !== undefined && { truth }),
    ...(arms !== undefined && { arms }),
    ...(model !== undefined && { model }),
    ...(backend !== undefined && { backend }),
  };
}

function missing(option: string, value: string, what: string): never {
  throw new UsageError(`Cannot predict without --${option} ${value}, ${what} (--help has all)`);
}

function parseWhich(text: string): WhichWeights {
  const which = whichWeights.find((which) => which === text);
  if (which === undefined) throw unknownName("--which", text, whichWeights);
  return which;
}
