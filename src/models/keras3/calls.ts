/**
 * The calls of a functional model's layers: what Keras 3 writes as arguments, and TensorFlow.js as
 * lists of tensors.
 *
 * @module
 */
import { jsonOf } from "../../check.ts";
import type { CallReference } from "../../call_order.ts";
import type { KerasShape } from "./layer_rule.ts";
import { type Config, isConfig, type Report } from "./report.ts";

/** A tensor of the graph: what a layer's call gives. */
export interface TensorReference extends CallReference {
  /** Which of the call's outputs. */
  readonly index: number;
  /** The tensor's shape. */
  readonly shape: KerasShape;
}

/** A call of a layer. */
export interface Call {
  /** Its inputs. */
  readonly inputs: readonly TensorReference[];
  /** All that it was given by place. */
  readonly args: readonly unknown[];
}

/**
 * A layer's calls.
 *
 * @param nodes its `inbound_nodes`
 * @param where the layer, for the report
 * @param report takes what can't be rewritten
 * @param isLayer whether it is a layer, which takes tensors alone
 */
export function callsOf(
  nodes: readonly unknown[],
  where: string,
  report: Report,
  isLayer: boolean,
): Call[] {
  return nodes.map((node) => {
    if (!isConfig(node) || !Array.isArray(node.args)) {
      report.problem(where, "its inbound_nodes must be Keras 3's, with args and kwargs");
      return { inputs: [], args: [] };
    }
    const inputs = node.args.flatMap((arg) => tensorsOf(arg, where, report, isLayer));
    checkKeywords((node.kwargs ?? {}) as Config, where, report);
    return { inputs, args: node.args };
  });
}

/** The tensors of an argument: one, a list, a dictionary. */
function tensorsOf(
  value: unknown,
  where: string,
  report: Report,
  isLayer: boolean,
): TensorReference[] {
  const inside = (part: unknown) => tensorsOf(part, where, report, isLayer);
  if (Array.isArray(value)) return value.flatMap(inside);
  if (isConfig(value)) {
    return value.class_name === "__keras_tensor__"
      ? referenceOf(value.config, where, report)
      : Object.values(value).flatMap(inside);
  }
  if (value != null && isLayer) {
    report.problem(where, `it is called with ${jsonOf(value, 60)}, must be with tensors alone`);
  }
  return [];
}

function referenceOf(config: unknown, where: string, report: Report): TensorReference[] {
  const { keras_history, shape } = isConfig(config) ? config : {};
  if (!Array.isArray(keras_history) || !Array.isArray(shape)) {
    report.problem(where, "its tensors must have a shape and a keras_history: the JSON is damaged");
    return [];
  }
  const [layer, call, index] = keras_history as [string, number, number];
  return [{ layer, call, index, shape }];
}

/** What may hold a batch normalization, which is called so to keep its statistics. */
const statisticsIn = /\((BatchNormalization|Functional|Sequential)\)$/;

/** TensorFlow.js has one mode for a whole model, and no other keywords. */
function checkKeywords(kwargs: Config, where: string, report: Report): void {
  for (const [key, value] of Object.entries(kwargs)) {
    if (value == null || (key === "training" && value === false)) {
      // Dropout and the like have it without being called so; it's their default.
      if (value === false && statisticsIn.test(where)) {
        report.note(where, "called with training=False in Keras, it follows the model in training");
      }
      continue;
    }
    report.problem(
      where,
      `it is called with ${key}=${jsonOf(value, 60)}, which TensorFlow.js's can't ` +
        "be: call it with tensors alone",
    );
  }
}
