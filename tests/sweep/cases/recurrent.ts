/** Recurrent layers, by their equations. */
import * as tf from "../../../src/tf.ts";
import { each, sigmoid } from "../reference/elementwise.ts";
import { take } from "../reference/rearrange.ts";
import { convolution, type Window } from "../reference/windows.ts";
import { fill, spread, type Values } from "../values.ts";
import { type LayerCase, type LayerRow, toCase } from "./layer_case.ts";

/** A product of the last axis, or a convolution. */
type Linear = (x: Values, kernel: Values) => Values;

const matrix: Linear = (x, kernel) => convolution({ strides: [], pad: "valid" })(x, kernel);
const plus = each((...numbers) => numbers.reduce((sum, value) => sum + value, 0));
const times = each((a, b) => a! * b!);
const tanh = each((x) => Math.tanh(x!));
const gate = each((x) => sigmoid(x!));

/** The input at a time step. */
const at = (time: number) =>
  take(([batch, , ...rest]) => [batch!, ...rest], ([batch, ...rest]) => [batch!, time, ...rest]);

/** The last axis's part for a gate. */
const part = (which: number, units: number) => (x: Values) =>
  take(
    (shape) => [...shape].with(-1, units),
    (index) => index.with(-1, index.at(-1)! + which * units),
  )(
    x,
  );

const UNITS = 2, STEPS = 3;
const zeros = (...shape: number[]) => fill(shape, () => 0);

function simple(x: Values, kernel: Values, recurrent: Values, bias: Values): Values {
  let h = zeros(x.shape[0]!, UNITS);
  for (let time = 0; time < STEPS; time++) {
    h = tanh(plus(matrix(at(time)(x), kernel), matrix(h, recurrent), bias));
  }
  return h;
}

function gru(x: Values, kernel: Values, recurrent: Values, bias: Values): Values {
  let h = zeros(x.shape[0]!, UNITS);
  for (let time = 0; time < STEPS; time++) {
    const before = h, input = plus(matrix(at(time)(x), kernel), bias);
    const of = (which: number, h: Values) =>
      plus(part(which, UNITS)(input), matrix(h, part(which, UNITS)(recurrent)));
    const update = gate(of(0, before)), reset = gate(of(1, before));
    const candidate = tanh(of(2, times(reset, before)));
    h = each((z, old, young) => z! * old! + (1 - z!) * young!)(update, before, candidate);
  }
  return h;
}

/** A cell that remembers, with products or convolutions of its input and of its output. */
function lstm(ofInput: Linear, ofOutput: Linear): LayerRow["reference"] {
  return (x, kernel, recurrent, bias) => {
    let h: Values | undefined, c: Values | undefined;
    for (let time = 0; time < STEPS; time++) {
      const input = plus(ofInput(at(time)(x), kernel!), bias!);
      h ??= zeros(...input.shape.with(-1, UNITS));
      c ??= h;
      const gates = plus(input, ofOutput(h, recurrent!));
      const of = (which: number) => part(which, UNITS)(gates);
      c = plus(times(gate(of(1)), c), times(gate(of(0)), tanh(of(2))));
      h = times(gate(of(3)), tanh(c));
    }
    return h!;
  };
}

const kernel = (...shape: number[]) => spread(shape, -0.8, 0.8, 1);
const recurrent = (...shape: number[]) => spread(shape, -0.7, 0.7, 2);
const bias = (length: number) => spread([length], -0.5, 0.5, 3);
const shared = { units: UNITS, recurrentActivation: "sigmoid" } as const;
const same: Window = { strides: [1, 1], pad: "same" };

const rows: readonly LayerRow[] = [
  {
    layer: "simpleRNN",
    make: () => tf.layers.simpleRNN({ units: UNITS }),
    x: [2, STEPS, 3],
    weights: [kernel(3, UNITS), recurrent(UNITS, UNITS), bias(UNITS)],
    reference: simple as LayerRow["reference"],
  },
  {
    layer: "gru",
    make: () => tf.layers.gru(shared),
    x: [2, STEPS, 3],
    weights: [kernel(3, 3 * UNITS), recurrent(UNITS, 3 * UNITS), bias(3 * UNITS)],
    reference: gru as LayerRow["reference"],
  },
  {
    layer: "lstm",
    make: () => tf.layers.lstm(shared),
    x: [2, STEPS, 3],
    weights: [kernel(3, 4 * UNITS), recurrent(UNITS, 4 * UNITS), bias(4 * UNITS)],
    reference: lstm(matrix, matrix),
  },
  ...(["valid", "same"] as const).map((padding): LayerRow => ({
    layer: "convLstm2d",
    how: padding,
    make: () =>
      tf.layers.convLstm2d(
        {
          filters: UNITS,
          kernelSize: 2,
          padding,
          recurrentActivation: "sigmoid",
        } as Parameters<typeof tf.layers.convLstm2d>[0],
      ),
    x: [2, STEPS, 3, 4, 1],
    weights: [kernel(2, 2, 1, 4 * UNITS), recurrent(2, 2, UNITS, 4 * UNITS), bias(4 * UNITS)],
    reference: lstm(convolution({ ...same, pad: padding }), convolution(same)),
  })),
];

/** The cases. */
export const recurrentLayers: readonly LayerCase[] = rows.map(toCase);
