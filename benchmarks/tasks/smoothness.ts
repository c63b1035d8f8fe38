import { DataError } from "../../datasets/errors.ts";
import { smoothnessKinds, type SmoothnessProfile } from "../experiments/profiles/smoothness.ts";
import { checkKinds } from "../experiments/settings.ts";
import { UsageError } from "../ground/errors.ts";
import { classificationTasks } from "./classification.ts";
import type { LoadingOptions, SetAsked, TaskSource } from "./suite.ts";
import type { SmoothnessAsked } from "./task.ts";

/**
 * The tasks of classifying images, with the smoothness of their loss measured on the way.
 *
 * @param data the data set's folder; generated pictures without
 * @param set what a pilot is evaluated on
 * @returns the tasks. Making one throws a {@linkcode UsageError} if what is to be measured is none, a
 * {@linkcode DataError} if there are no images to train on, and what {@linkcode classificationTasks}'s
 * throw
 */
export function smoothnessTasks(
  data: string | undefined,
  loading?: LoadingOptions,
  set?: SetAsked,
): TaskSource<SmoothnessProfile> {
  const source = classificationTasks(data, loading, set);
  return {
    async task(profile) {
      const smoothness = askedBy(profile);
      const task = await source.task(profile);
      if (task.data.trainingCount > 0) return { ...task, smoothness };
      throw new DataError(
        `Cannot measure how smooth training is on ${task.data.name} as it has no training images: ` +
          "add train/<class>/*.JPEG",
      );
    },
    close: () => source.close(),
  };
}

function askedBy(profile: SmoothnessProfile): SmoothnessAsked {
  checkKinds<SmoothnessProfile>(profile, smoothnessKinds, "Cannot run");
  const { learningRate, smoothnessPoints: points } = profile;
  if (!(learningRate > 0)) {
    throw new UsageError(
      "Cannot run as learningRate must be > 0, since smoothnessSteps are multiples of it: it is " +
        learningRate,
    );
  }
  return {
    points,
    stepSizes: profile.smoothnessSteps.map((step) => step * learningRate),
    relativeSteps: profile.smoothnessRelativeSteps,
  };
}
