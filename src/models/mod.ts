/** Models, built as TensorFlow.js LayersModels. @module */
export { deeplabv3plus, type DeepLabV3PlusOptions } from "./deeplabv3plus.ts";
export {
  type Preprocessing,
  preprocessing,
  type PreprocessingOptions,
} from "./preprocessing/preprocessing.ts";
export type { Picture, Pixels } from "./preprocessing/rgb_bytes.ts";
export { resnet, type ResNetOptions } from "./resnet.ts";
export type { ResNetBackboneOptions, ResNetBlocks } from "./resnet_backbone.ts";
export type { ModelOptions } from "./builder.ts";
export { loadTorchWeights, saveTorchWeights } from "./torch_weights.ts";
