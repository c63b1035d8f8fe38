/** Models, built as TensorFlow.js LayersModels. @module */
export { deeplabv3plus, type DeepLabV3PlusOptions } from "./deeplabv3plus.ts";
export { fromKeras3, type FromKeras3Options, type Keras3Json } from "./from_keras3.ts";
export {
  type Preprocessing,
  preprocessing,
  type PreprocessingOptions,
} from "./preprocessing/preprocessing.ts";
export type { Picture, Pixels } from "./preprocessing/rgb_bytes.ts";
export { resnet, type ResNetOptions } from "./resnet.ts";
export type { ResNetBackboneOptions, ResNetBlocks } from "./resnet_backbone.ts";
export { resnetv2, type ResNetV2Options } from "./resnetv2.ts";
export type { ResNetV2Blocks, ResNetV2FeaturesOptions } from "./resnetv2_features.ts";
export type { ModelOptions } from "./builder.ts";
export type { TorchMisfit, TorchMisfitReason } from "./torch_misfits.ts";
export { encodeTorchWeights, saveTorchWeights } from "./save_torch_weights.ts";
export {
  type LoadedTorchWeights,
  loadTorchWeights,
  type LoadTorchWeightsOptions,
} from "./load_torch_weights.ts";
export { loadPretrained, type Pretrained } from "./pretrained/load_pretrained.ts";
export type { LoadPretrainedOptions } from "./pretrained/options.ts";
export { DownloadError } from "./pretrained/fail.ts";
export type { ByteCache } from "./pretrained/cache.ts";
export type { DownloadOptions, DownloadProgress } from "./pretrained/download.ts";
export type { HubOptions } from "./pretrained/hub.ts";
export type { Config } from "./pretrained/layout.ts";
export type { FetchOptions, PretrainedSource } from "./pretrained/source.ts";
