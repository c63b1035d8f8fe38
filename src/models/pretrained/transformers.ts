import { jsonOf } from "../../check.ts";
import { fail } from "./fail.ts";
import type { Config, Layout, Tensors } from "./layout.ts";
import { resnetV2Network } from "./resnetv2_network.ts";
import { plainNames } from "./timm.ts";

/** transformers' `BitForImageClassification`, and `BitModel`, which has no classifier. */
export const transformers: Layout = {
  name: "transformers",
  description: "transformers' BiT (BitForImageClassification)",
  marks: [
    /^(bit\.)?embedder\.convolution\.weight$/,
    /^(bit\.)?encoder\.stages\.\d+\.layers\.\d+\.conv3\.weight$/,
    /^(bit\.)?norm\.weight$/,
  ],
  read(tensors, hints) {
    if (hints.config !== undefined) checkConfig(hints.config);
    return resnetV2Network(renamed(plainNames(tensors)), hints, "transformers'");
  },
};

/** What our network computes; the config's other values change nothing of it. */
const computed: readonly [string, readonly unknown[]][] = [
  ["layer_type", ["preactivation"]],
  ["global_padding", [null]],
  ["embedding_dynamic_padding", [false]],
  ["hidden_act", ["relu"]],
  ["output_stride", [32]],
];

function checkConfig(config: Config): void {
  for (const [name, values] of computed) {
    const value = config[name];
    if (value === undefined || values.includes(value)) continue;
    const wanted = values.map((value) => JSON.stringify(value)).join(" or ");
    fail(`the config's ${name} must be ${wanted}: current value is ${jsonOf(value)}`);
  }
}

/** Under timm's names. The classifier is a Linear there, and the same 1 × 1 convolution. */
function renamed(tensors: Tensors): Tensors {
  return new Map([...tensors].map(([name, tensor]) => {
    const ours = name
      .replace(/^bit\./, "")
      .replace(/^embedder\.convolution\./, "stem.conv.")
      .replace(/^encoder\.(stages\.\d+)\.layers\./, "$1.blocks.")
      .replace(/^classifier\.1\./, "head.fc.");
    const isClassifier = ours === "head.fc.weight" && tensor.shape.length === 2;
    return [ours, isClassifier ? { ...tensor, shape: [...tensor.shape, 1, 1] } : tensor];
  }));
}
