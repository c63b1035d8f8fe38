/**
 * Which kept reports bear on which claim: the one place that says so.
 *
 * @module
 */

/**
 * By claim, the folders of reports below `reports/`, the one first on which most rests. One that is
 * not there yet counts as not run. A kept report that has a verdict on a claim stands here, whatever
 * the verdict: a test looks.
 */
export const evidence: Readonly<Record<string, readonly string[]>> = {
  C1: ["imagenet-proxy-cifar10"],
  C2: [
    "ade20k-proxy-camvid",
    "ade20k-proxy-camvid-shared-rate",
    "ade20k-camvid-64px-tensorflow",
  ],
  C3: ["ade20k-proxy-camvid", "ade20k-camvid-64px-tensorflow"],
  C4: [
    "ade20k-proxy-camvid",
    "ade20k-proxy-camvid-shared-rate",
    "imagenet-proxy-cifar10",
    "ade20k-camvid-64px-tensorflow",
  ],
  C5: ["norms-proxy-cifar10", "norms-proxy-cifar10-shared-rate", "overhead-norms-cpu"],
  C6: [
    "overhead-resnet50-peers-cpu",
    "overhead-resnet50-cpu",
    "overhead-resnet50-forms-cpu",
    "overhead-resnet50-avx2-cpu",
    "overhead-resnet50-small-cpu",
    "overhead-deeplab-cpu",
    "overhead-backends-cpu",
    "ade20k-camvid-64px-tensorflow",
  ],
  C7: ["ade20k-pretrained-camvid"],
  C8: ["norms-proxy-cifar10", "norms-proxy-cifar10-shared-rate", "microbatch-proxy-cifar10"],
  C9: ["ade20k-proxy-camvid"],
  C10: ["imagenet-proxy-cifar10"],
};
