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
  const { depth, depths = [depth], width = 64, normalization = "batch", batchSize, imageSize } =
    config;
  const parts: [key: string, text: string][] = [
    ["depth", [depths].flat().map((depth) => networkText({ ...config, depth })).join(" and ")],
    ["width", width === 64 ? "" : `width ${width}`],
    ["normalization", normalization === "batch" ? "" : `${normalization} normalization`],
    ["batchSize", `batch ${batchSize}${batch}`],
    ["imageSize", `${imageSize} × ${imageSize} pixels`],
  ];
  const told = parts.filter(([key, text]) => text !== "" && !swept.includes(key));
  const texts = told.map(([, text]) => text);
  if (swept.includes("depth")) texts.unshift("ResNets");
  return `${texts.join(", ")}; float32, SGD with momentum, cross entropy`;
}

function networkText({ model, depth, blocks }: Config): string {
  const resnet = depth === 0 ? `ResNet of ${[blocks].flat().join(", ")} blocks` : `ResNet-${depth}`;
  return model === "deeplab" ? `DeepLabv3+ on ${resnet}` : resnet;
}
