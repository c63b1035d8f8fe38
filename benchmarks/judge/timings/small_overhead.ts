/**
 * From which size on a ResNet-50's step has so much work that standardization adds less than a share
 * of it, by a fitted law.
 *
 * @module
 */
import type { StepSize } from "../../record/mod.ts";
import type { Line } from "../statistics/line.ts";
import { trafficOf } from "./law.ts";

/** Each size of the table; its batches double. */
const batchSizes = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const imageSizes = Array.from({ length: 32 }, (_, i) => 32 * (i + 1));

/** Image sizes of a batch from which on less than the share is added. */
export interface SmallestSize {
  batchSize: number;
  /** By the law itself; none where that is at no size up to 1024. */
  imageSize?: number;
  /** By the upper bound of its 95 % interval. */
  surely?: number;
  /** Whether the law was measured at a traffic as small as there. */
  isMeasured: boolean;
}

/**
 * What a step of the published ResNet-50 with 1000 classes has to do.
 *
 * @param imageSize a multiple of 32: the pixels of every layer are a fixed share of the image's then
 */
export function resnet50StepSize(batchSize: number, imageSize: number): StepSize {
  const [kernelNumbers, classifier] = [23_454_912, 2_048_000];
  const multiplyAddsPer32Pixels = 83_410_944;
  const perImage = multiplyAddsPer32Pixels * (imageSize / 32) ** 2 + classifier;
  return { kernelBytes: 4 * kernelNumbers, multiplyAdds: batchSize * perImage };
}

/**
 * The smallest images at each batch size with which less than a share is added.
 *
 * @param line added time over traffic
 * @param share such as 0.01
 * @param leastTraffic the least at which the law was measured
 */
export function smallestSizes(line: Line, share: number, leastTraffic: number): SmallestSize[] {
  return batchSizes.map((batchSize) => {
    const traffic = (imageSize: number) => trafficOf(resnet50StepSize(batchSize, imageSize));
    const from = (bound: "value" | "high") =>
      imageSizes.find((size) => line.at(traffic(size))[bound] < share);
    const [imageSize, surely] = [from("value"), from("high")];
    return {
      batchSize,
      ...(imageSize !== undefined && { imageSize }),
      ...(surely !== undefined && { surely }),
      isMeasured: imageSize !== undefined && traffic(imageSize) >= leastTraffic,
    };
  });
}
