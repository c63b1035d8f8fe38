import { ade20k } from "./ade20k.ts";
import { checkArms } from "./arms.ts";
import { runComparison } from "./comparison.ts";
import { profiles, type SegmentationProfile } from "./profiles/ade20k.ts";
import type { Result } from "./result.ts";
import type { ArmDefinition, ModelFactory } from "./task.ts";

/** What {@linkcode compare} compares. */
export interface CompareOptions {
  /** Makes the model: logits `[batch, height, width, classes]`, the same weights for the same seed. */
  model: ModelFactory;
  /** The arms, the baseline first; a label and a description are optional. */
  arms: readonly (Pick<ArmDefinition, "name" | "algorithms"> & Partial<ArmDefinition>)[];
  /**
   * A data set's folder in ADE20k's layout.
   *
   * @default generated scenes
   */
  data?: string;
  /**
   * The seeds; each arm trains once with each.
   *
   * @default {[0, 1]}
   */
  seeds?: number[];
  /** Values of the `quick` profile to replace: image size, batch size, duration, learning rate, … */
  settings?: Partial<SegmentationProfile>;
  /** The TensorFlow.js backend; the best that is there, by default. */
  backend?: string;
  /**
   * The folder for results and reports; an earlier run in it is replaced.
   *
   * @default {"reports/latest/compare"}
   */
  out?: string;
}

/**
 * Compares arms on one's own segmentation model: trains each with the same seeds, the same batches
 * and the same augmentation, and writes the same reports as `deno task bench:ade20k`.
 *
 * @param options the model, the arms, the data
 * @returns the result, as written to `result.json`
 * @throws {UsageError} if two arms have one name, or the model's output does not fit
 * @throws {DataError} if the data cannot be read
 */
export async function compare(options: CompareOptions): Promise<Result> {
  const { model, data, backend, seeds = [0, 1], out = "reports/latest/compare" } = options;
  const arms = options.arms.map((arm) => ({ label: arm.name, description: "", ...arm }));
  checkArms(arms, "arms");
  const outcome = await runComparison({
    suite: { ...ade20k, name: "compare", title: arms.map(({ label }) => label).join(" against ") },
    profileName: "quick",
    profile: { ...profiles.quick!, ...options.settings },
    arms,
    source: { model, ...(data !== undefined && { data }) },
    modelName: model.name || "given",
    ...(backend !== undefined && { backend }),
    seeds,
    out,
    resume: false,
    force: true,
    dryRun: false,
    command: "compare(…)",
  }, new AbortController().signal);
  return (outcome as Extract<typeof outcome, { result: Result }>).result;
}
