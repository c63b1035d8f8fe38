/**
 * What TensorFlow.js's layers lack of Keras's.
 *
 * @module
 */
import { jsonOf } from "../../check.ts";
import type { LayerContext } from "./layer_rule.ts";
import type { Config } from "./report.ts";

/** Notes what keeps a layer from being loaded. */
export type Check = (config: Config, context: LayerContext) => void;

export const oneGroup: Check = ({ groups = 1 }, { problem }) => {
  if (groups !== 1) {
    problem(
      `TensorFlow.js computes no groups of channels: groups is ${jsonOf(groups, 60)}, must be 1`,
    );
  }
};

export const notCausal: Check = ({ padding }, { problem }) => {
  if (padding === "causal") {
    problem('TensorFlow.js computes no padding "causal": put ZeroPadding before a valid one');
  }
};

export const noOutputPadding: Check = ({ output_padding }, { problem }) => {
  if (output_padding != null) {
    problem(`TensorFlow.js has no output_padding: it is ${jsonOf(output_padding, 60)}`);
  }
};

export const noRenorm: Check = ({ renorm }, { problem }) => {
  if (renorm === true) problem("TensorFlow.js has no renorm: build it without");
};

export const noRootMeanSquare: Check = ({ rms_scaling }, { problem }) => {
  if (rms_scaling === true) problem("TensorFlow.js has no rms_scaling: build it without");
};

export const plainElu: Check = ({ alpha = 1 }, { problem }) => {
  if (alpha !== 1) {
    problem(`TensorFlow.js's has alpha 1 alone: current value is ${jsonOf(alpha, 60)}`);
  }
};

export const isDilated = ({ dilation_rate }: Config) =>
  [dilation_rate ?? 1].flat().some((rate) => rate !== 1);

export const notDilated: Check = (config, { problem }) => {
  if (isDilated(config)) {
    problem("TensorFlow.js's has no dilation, nor has TensorFlow's on a CPU: build it without");
  }
};

/** The axis of an operation over the last one. */
export function isLast(axis: unknown, rank: number | undefined): boolean {
  const [only, ...others] = [axis].flat();
  return others.length === 0 && (only === -1 || (rank !== undefined && only === rank - 1));
}

/** Several axes are another function in TensorFlow.js, which takes any. */
export const lastAxis: Check = ({ axis = -1 }, { inputShapes, problem }) => {
  const isSeveral = Array.isArray(axis) && axis.length > 1;
  if (isSeveral || isLast(axis, inputShapes[0]?.[0]?.length)) return;
  problem(
    `TensorFlow.js's softmax is over the last axis: axis is ${
      typeof axis === "number" ? axis : jsonOf(axis, 60)
    }, must be -1, with Permute around another`,
  );
};
