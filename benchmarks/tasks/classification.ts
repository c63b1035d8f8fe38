import { type ClassifiedDataset, openClassified } from "../../datasets/classified.ts";
import { generatePictures } from "../../datasets/generated/pictures.ts";
import { classificationLoader } from "../../datasets/loader.ts";
import type { Normalization } from "../../src/normalization/mod.ts";
import { resnet } from "../../src/models/resnet.ts";
import type { ResNetBackboneOptions } from "../../src/models/resnet_backbone.ts";
import * as losses from "../../src/training/losses.ts";
import * as metrics from "../../src/training/metrics.ts";
import { type ClassificationProfile, networkSettings } from "../experiments/profiles/imagenet.ts";
import { oncePerKey } from "../ground/once.ts";
import { bestConstant, nameOf, unbalanced } from "./classified_data.ts";
import type { LoadingOptions, MakeModel, SetAsked, TaskSource } from "./suite.ts";
import type { TaskLoaders } from "./task_loaders.ts";
import { visionTasks } from "./vision.ts";
import { checkUsable, dataRecord, evaluationOnly, generatedFolder } from "./vision_data.ts";
import { depthOf, modelMaker } from "./vision_model.ts";

/** What opens the tasks of a suite: the data set's folder, generated pictures without. */
type OpenTasks<P> = (
  data: string | undefined,
  loading?: LoadingOptions,
  set?: Pick<SetAsked, "pilotShare">,
) => TaskSource<P>;

/**
 * What makes the tasks of classifying the images of a data set, in any layout that `openClassified`
 * knows. They have no panels, as a few images tell less than top-1 and top-5 do.
 *
 * @param makeModel makes the network
 * @returns what opens the tasks, see {@linkcode visionTasks}. Making one throws a {@linkcode DataError}
 * if the data set cannot be read, has no validation images or one class alone
 */
export function classificationTasksBy<P extends ClassificationProfile>(
  makeModel: MakeModel<P>,
): OpenTasks<P> {
  return (data, loading = {}, set = {}) => openTasks(makeModel, data, loading, set);
}

function openTasks<P extends ClassificationProfile>(
  makeModel: MakeModel<P>,
  data: string | undefined,
  loading: LoadingOptions,
  { pilotShare }: Pick<SetAsked, "pilotShare">,
): TaskSource<P> {
  const sets = oncePerKey<ReturnType<typeof openPictures>>();
  return visionTasks(data, loading, {
    makeModel,
    generate: pictures,
    openedBy: ["evalBatchSize", "imageSize", "resizeTo"],
    async open(folder, profile, loaders) {
      const pictures = await sets(
        [folder],
        () => openPictures(folder, data === undefined, pilotShare),
      );
      return { ...pictures, evaluation: evaluationBatches(pictures.dataset, profile, loaders) };
    },
    training({ dataset }, { imageSize: size, minArea, augmentation }, options) {
      const transform = { size, minArea: minArea ** augmentation };
      return classificationLoader(dataset.training, { ...options, ...transform });
    },
    own: ({ dataset }, { labelSmoothing }) => ({
      constantPrediction: bestConstant(dataset),
      mainMetric: "top1",
      loss: (labels, logits) => losses.crossEntropy(labels, logits, { labelSmoothing }),
      makeMetrics: () => accuracies(dataset.classes),
    }),
  });
}

async function openPictures(folder: string, generated: boolean, pilotShare: number | undefined) {
  const dataset = await openClassified(folder, { ...(pilotShare !== undefined && { pilotShare }) });
  checkUsable(dataset, {
    folders: "val/<class>/*.JPEG",
    task: "classify",
    classes: "add a folder for each class",
  });
  const name = generated ? "generated pictures" : nameOf(dataset);
  const data = await dataRecord(dataset, name, generated);
  const warnings = [...evaluationOnly(data, "train/<class>/*.JPEG"), ...unbalanced(dataset)];
  return { dataset, data, warnings };
}

async function pictures(profile: ClassificationProfile): Promise<string> {
  const { generatedTraining: training, generatedValidation: validation } = profile;
  const { generatedClasses: classes, resizeTo: size } = profile;
  const folder = generatedFolder(profile, `pictures-${size}px-${classes}-classes`);
  return await generatePictures(folder, { training, validation, size, classes, seed: 0 });
}

function evaluationBatches(
  { validation }: ClassifiedDataset,
  { evalBatchSize: batchSize, imageSize: size, resizeTo }: ClassificationProfile,
  loaders: TaskLoaders,
) {
  const options = { batchSize, size, resizeTo, train: false, ...loaders.options };
  return loaders.dataloader(classificationLoader(validation, options));
}

/**
 * What makes the ResNets that classify images.
 *
 * @param networkSettings the profile's values that they are made by
 * @param normalizationOf the normalization behind each convolution
 */
export function classificationModels<P extends ClassificationProfile>(
  networkSettings: readonly string[],
  normalizationOf: (profile: P) => Normalization,
): MakeModel<P> {
  return modelMaker<P>({
    networkSettings,
    logits: (_profile, classes) => [classes],
    make(profile, classes, inputShape, seed) {
      const { width, stem, normalizationScale } = profile;
      const normalization = normalizationOf(profile);
      const own = { width, stem, normalization, normalizationScale, depth: depthOf(profile) };
      return resnet({ ...own as ResNetBackboneOptions, classes, inputShape, seed });
    },
  });
}

/** Makes the models of `bench:imagenet`. */
export const classificationModel: MakeModel<ClassificationProfile> = classificationModels(
  networkSettings,
  ({ normalization }) => normalization,
);

/** Makes the tasks of `bench:imagenet`: by default a ResNet on generated pictures. */
export const classificationTasks: OpenTasks<ClassificationProfile> = classificationTasksBy(
  classificationModel,
);

/** Classes up to which the confusion matrix is counted, and kept in the record: 100² numbers a cell. */
const mostConfusedClasses = 100;

/** Top-5 of no more than five classes would always be 100 %. */
function accuracies(classes: number): metrics.Metric[] {
  const top1 = classes > mostConfusedClasses
    ? named("top1", new metrics.Accuracy())
    : new CountedTop1({ classes });
  return classes > 5 ? [top1, named("top5", new metrics.Accuracy({ topK: 5 }))] : [top1];
}

/** Top-1 of a confusion matrix, which the record then has too. */
class CountedTop1 extends metrics.ConfusionMatrix {
  override readonly name = "top1";

  override results(): Record<string, number> {
    return { [this.name]: this.result() };
  }
}

function named(name: string, metric: metrics.Metric): metrics.Metric {
  return {
    name,
    update: (labels, logits) => metric.update(labels, logits),
    result: () => metric.result(),
    reset: () => metric.reset(),
  };
}
