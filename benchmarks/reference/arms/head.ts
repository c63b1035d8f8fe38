/**
 * Which of the head's 15 convolutions it is that weight standardization does harm to: the five depthwise
 * ones, whose filters of nine values then sum to zero, so that they see no map that is the same all
 * around; the classifier, which no normalization follows; or the nine others.
 *
 * `deno task bench:ade20k --arms benchmarks/reference/arms/head.ts …`
 *
 * @module
 */
import { WeightStandardization } from "../../../src/training/algorithms/weight_standardization.ts";
import type { OwnArm } from "../../experiments/arm.ts";
import { type Contrast, pair } from "../../experiments/contrasts.ts";
import { headLayers, StandardizeChosen } from "./chosen.ts";

type Kind = "depthwise" | "classifier" | "other";

/** The backbone, and of the head one kind of convolutions. */
function withHead(wanted: Kind): StandardizeChosen {
  return new StandardizeChosen(
    `backbone, and ${wanted} of the last ${headLayers}`,
    (layer, after) => {
      if (after >= headLayers) return true;
      const isDepthwise = /DepthwiseConv2D$/.test(layer.getClassName());
      const kind = after === 0 ? "classifier" : isDepthwise ? "depthwise" : "other";
      return kind === wanted;
    },
  );
}

const arms: OwnArm[] = [
  { name: "ws", algorithms: [new WeightStandardization({ nLastLayersIgnore: headLayers })] },
  {
    name: "ws-depthwise",
    label: "WS, the head's depthwise too",
    algorithms: [withHead("depthwise")],
  },
  { name: "ws-classifier", label: "WS, the classifier too", algorithms: [withHead("classifier")] },
  { name: "ws-other", label: "WS, the head's others too", algorithms: [withHead("other")] },
  { name: "ws-all", label: "WS on all layers", algorithms: [new WeightStandardization()] },
];

export default arms;

/** What each kind adds to WS of the backbone. */
export const contrasts: Contrast[] = [
  pair("ws-depthwise", "ws", "depthwise too − WS"),
  pair("ws-classifier", "ws", "classifier too − WS"),
  pair("ws-other", "ws", "others too − WS"),
  pair("ws-all", "ws", "all − WS"),
];
