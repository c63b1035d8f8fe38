import { join } from "node:path";
import { selectBackend } from "../../src/backends/select.ts";
import { registerGradients } from "../../src/gradients/register.ts";
import { repairSeeds } from "../../src/repair_seeds.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import type { VisionProfile } from "../experiments/profiles/vision.ts";
import type { Ending } from "../cli/exit.ts";
import { type Context, type Program, program } from "../cli/program.ts";
import { progress } from "../cli/progress.ts";
import { stopSignal } from "../cli/signals/stop_signals.ts";
import { counted, fixed } from "../ground/format.ts";
import { UsageError } from "../ground/errors.ts";
import { explainMemoryError } from "../ground/memory.ts";
import { readResult, type Result } from "../record/mod.ts";
import { mainMetric, metricLabel } from "../report/cells/metrics.ts";
import type { Suite } from "../tasks/suite.ts";
import {
  ade20k,
  imagenet,
  microbatch,
  microbatchSegmentation,
  norms,
  smoothness,
} from "../tasks/suites.ts";
import { classificationPredictor } from "./classification.ts";
import { type ImageFile, listImages, usableImages } from "./images.ts";
import { type KeptCell, keptCell, readWeights } from "./kept_cell.ts";
import { keptModel, profileOf } from "./kept_model.ts";
import { type PredictAsked, predictOptions } from "./options.ts";
import { type OutFolder, takeOutFolder } from "./out_folder.ts";
import type { Predictor, PredictParts } from "./predictor.ts";
import { predictionFiles } from "./scores.ts";
import { segmentationPredictor } from "./segmentation.ts";

/** `deno task predict`, from its options to its files. */
export const predict: Program = program<PredictAsked>({
  command: "deno task predict",
  summary:
    "What a trained arm makes of images: JPEG or PNG files of any size, or folders of them. " +
    "Segmentation writes masks, overlays and the classes' shares; classification the five best " +
    "classes of each image.",
  operands: { "IMAGES...": "files of images, or folders of them" },
  options: predictOptions,
  examples: [
    "deno task predict --run reports/latest/ade20k --arm ws --out predicted images",
    "deno task predict --run DIR --arm ws --truth MASKS --out predicted images",
  ],
  endings: { data: "data", interrupted: "interrupted" },
  signal: stopSignal,
  run,
});

async function run(asked: PredictAsked, context: Context): Promise<Ending> {
  const result = await readResult(join(asked.run, "result.json"));
  switch (kindOf(result)) {
    case "ade20k":
      return await predictWith(ade20k, segmentationPredictor, asked, result, context);
    case "imagenet":
      return await predictWith(imagenet, classificationPredictor, asked, result, context);
    case "norms":
      return await predictWith(norms, classificationPredictor, asked, result, context);
    case "microbatch":
      return await predictWith(microbatch, classificationPredictor, asked, result, context);
    case "microbatch-segmentation":
      return await predictWith(
        microbatchSegmentation,
        segmentationPredictor,
        asked,
        result,
        context,
      );
    case "smoothness":
      return await predictWith(smoothness, classificationPredictor, asked, result, context);
  }
  throw new UsageError(
    `Cannot predict with ${asked.run} as it must be a run of bench:ade20k, bench:imagenet, ` +
      `bench:norms, bench:microbatch, bench:smoothness or compare(): it is one of ${result.suite}`,
  );
}

/** The suite whose task a run had: `compare()` can have either's. */
function kindOf(result: Result): string {
  if (result.suite !== "compare") return result.suite;
  return mainMetric(result) === "mIoU" ? ade20k.name : imagenet.name;
}

async function predictWith<P extends CommonProfile & VisionProfile>(
  suite: Suite<P>,
  makePredictor: (parts: PredictParts, profile: P) => Predictor | Promise<Predictor>,
  asked: PredictAsked,
  result: Result,
  { operands, signal }: Context,
): Promise<Ending> {
  checkTruth(suite, asked);
  const kept = keptCell(result, asked);
  const bytes = await readWeights(asked.run, kept, result);
  const images = await listImages(operands);
  registerGradients(); // a model of one's own may be made of stock layers
  repairSeeds();
  const backend = await selectBackend(asked.backend);
  const model = await keptModel(suite, result, kept.cell, bytes, asked);
  const profile = profileOf(suite, result, asked.arm);
  const { truth, labels, palette } = asked;
  const parts = { model, data: result.data, truth, truthMasks: { labels, palette } };
  const predictor = await makePredictor(parts, profile);
  console.error(`${weightsText(kept)}, on ${backend.name}: ${counted(images.length, "image")}`);
  try {
    const usable = await usableImages(images, predictor.check, asked.skipBad, console.error);
    const inputs = [...usable.map(({ file }) => file), asked.truth ?? []].flat();
    using out = await takeOutFolder(asked, inputs);
    const size = asked.batchSize ?? profile.evalBatchSize;
    const done = await predictAll(predictor, usable, size, out, signal);
    if (done < usable.length) return interrupted(asked.out, done, usable.length);
    const files = await predictionFiles(predictor, result.data);
    for (const { path, content } of files) await out.write(path, content);
  } catch (error) {
    throw explainMemoryError(error);
  } finally {
    predictor.dispose();
    model.dispose();
  }
  for (const [name, value] of Object.entries(predictor.scores())) {
    console.log(`${metricLabel(name)}: ${fixed(value, 2)}`);
  }
  console.log(`predictions: ${asked.out}`);
  return "done";
}

/** Fails where it is said how masks of a truth are read that is not given, or has none. */
function checkTruth(
  { readsMasks = false }: { readsMasks?: boolean },
  { truth, labels, palette }: PredictAsked,
): void {
  const said = labels !== undefined ? "--labels" : palette !== undefined ? "--palette" : undefined;
  if (said === undefined || (readsMasks && truth !== undefined)) return;
  throw new UsageError(
    `Cannot take ${said} as ${
      readsMasks
        ? "it says how the masks of --truth are read: add --truth DIR"
        : "images were classified, and have no masks: leave it out"
    }`,
  );
}

function weightsText({ cell: { arm, seed }, which, weights: { step } }: KeptCell): string {
  return `${arm}, seed ${seed}, ${which} weights (step ${step})`;
}

/** Predicts batch by batch, and returns how many images were predicted. */
async function predictAll(
  predictor: Predictor,
  images: readonly ImageFile[],
  batchSize: number,
  out: OutFolder,
  signal: AbortSignal,
): Promise<number> {
  const display = progress(batchSize);
  display.begin("images");
  try {
    for (let done = 0; done < images.length; done += batchSize) {
      if (signal.aborted) return done;
      await predictor.predict(images.slice(done, done + batchSize), out);
      display.count(Math.min(done + batchSize, images.length), images.length);
      await new Promise((resolve) => setTimeout(resolve)); // lets signals in
    }
    return images.length;
  } finally {
    display.end();
  }
}

function interrupted(out: string, done: number, all: number): Ending {
  console.error(
    `interrupted: ${out} has what was made of ${done} of ${all} images, and no tables; the same ` +
      "command with --force begins anew",
  );
  return "interrupted";
}
