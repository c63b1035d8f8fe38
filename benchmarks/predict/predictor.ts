import type * as tf from "../../src/tf.ts";
import type { ConfusionMatrix } from "../../src/training/metrics.ts";
import type { Captured } from "../../src/training/capture.ts";
import { captureOrRun } from "../../src/training/unrecorded.ts";
import type { DataRecord } from "../record/mod.ts";
import type { ReportFile } from "../report/document_files.ts";
import type { ImageFile } from "./images.ts";
import type { OutFolder } from "./out_folder.ts";
import type { TruthMasks } from "./truth_masks.ts";

/** What a predictor is made of. */
export interface PredictParts {
  model: tf.LayersModel;
  /** The data that it was trained on, for its classes. */
  data: DataRecord;
  /** The folder of the true masks or classes. */
  truth: string | undefined;
  /** How its masks are read, where it has masks, and not as those that were trained on. */
  truthMasks: TruthMasks;
}

/** Predicts images of one kind of task. */
export interface Predictor {
  /**
   * Reads an image and its truth, for what is wrong with them.
   *
   * @throws {DataError} if either cannot be used
   */
  check(image: ImageFile): Promise<void>;
  /** Predicts a batch of images, and writes the files that each has of its own. */
  predict(batch: readonly ImageFile[], out: OutFolder): Promise<void>;
  /** A table of all images. */
  table(): ReportFile;
  /** Truth against prediction, where the truth is known. */
  readonly confusion: ConfusionMatrix | undefined;
  /** Scores by name, in percent; none where no truth is known. */
  scores(): Record<string, number>;
  /** Frees the recorded function. */
  dispose(): void;
}

/** A model in inference mode, recorded where the backend can. */
export function inference<Output extends tf.TensorContainer>(
  model: tf.LayersModel,
  of: (logits: tf.Tensor) => Output,
): Captured<[tf.Tensor], Output> {
  const predict = (x: tf.Tensor) => of(model.apply(x, { training: false }) as tf.Tensor);
  return captureOrRun("The prediction", predict);
}
