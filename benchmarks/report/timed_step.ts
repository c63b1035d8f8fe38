/**
 * What was timed, in words.
 *
 * @module
 */
type Config = Readonly<Record<string, unknown>>;

/**
 * A step's network, batch and pictures, such as `ResNet-50, batch 16, 128 × 128 pixels`: of the values
 * that ran, which `--set` may have made others than the profile's.
 *
 * @param swept the values that differ from row to row, which are left out
 * @param batch what has the batch, where that is not the step
 */
export function stepText(config: Config, swept: readonly string[] = [], batch = ""): string {
  // Records of before a width could be set have none: it was 64.
  const { width = 64, normalization = "batch", batchSize, imageSize } = config;
  const values: [key: string, text: string][] = [
    ["width", width === 64 ? "" : `width ${width}`],
    ["normalization", normalization === "batch" ? "" : `${normalization} normalization`],
    ["batchSize", `batch ${batchSize}${batch}`],
    ["imageSize", `${imageSize} × ${imageSize} pixels`],
  ];
  const told = values.filter(([key, text]) => text !== "" && !swept.includes(key));
  const step = [networkText(config, swept), ...told.map(([, text]) => text)].join(", ");
  return `${step}; float32, SGD with momentum, cross entropy`;
}

function networkText(config: Config, swept: readonly string[]): string {
  const { model, depth, depths = [depth], blocks } = config;
  const names = [depths].flat().map((depth) =>
    depth === 0 ? `ResNet of ${[blocks].flat().join(", ")} blocks` : `ResNet-${depth}`
  );
  const resnet = swept.includes("depth") ? "ResNets" : names.join(" and ");
  return model === "deeplab" ? `DeepLabv3+ on ${resnet}` : resnet;
}
