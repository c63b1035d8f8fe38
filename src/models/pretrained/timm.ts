import { plainTorchName } from "../torch_names.ts";
import type { Layout, Tensors } from "./layout.ts";
import { resnetV2Network } from "./resnetv2_network.ts";

/** timm's ResNetV2, whose modules our layers are named for. */
export const timm: Layout = {
  name: "timm",
  description: "timm's BiT (resnetv2_50x1_bit and others)",
  marks: [/^stem\.conv1?\.weight$/, /^stages\.\d+\.blocks\.\d+\.conv3\.weight$/, /^norm\.weight$/],
  read: (tensors, hints) => resnetV2Network(plainNames(tensors), hints, "timm's"),
};

/**
 * Tensors under names without what wrappers add.
 *
 * @param tensors a file's
 */
export function plainNames(tensors: Tensors): Tensors {
  return new Map([...tensors].map(([name, tensor]) => [plainTorchName(name), tensor]));
}
