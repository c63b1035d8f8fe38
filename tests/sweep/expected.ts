import type { Case } from "./case.ts";
import { fill, type Values } from "./values.ts";

/** What a case must yield. */
export interface Expected {
  /** The op's values. */
  values: Values;
  /** What comes from above: the gradients are those of `sum(values * upstream)`. */
  upstream: Values;
  /** The gradient of each input. */
  gradients: Values[];
}

/** Large against float64's rounding, small against what the references bend in. */
const STEP = 1e-5;

/** The values of a case's reference, and their central differences. */
export function expectedOf({ inputs, reference }: Case): Expected {
  const values = reference(...inputs);
  const upstream = fill(values.shape, (place) => Math.fround(Math.sin(1 + 1.7 * place)));
  const weighted = (inputs: Values[]) => dot(reference(...inputs).data, upstream.data);
  const gradients = inputs.map((input, which) =>
    fill(input.shape, (place) => {
      const at = (step: number) => {
        const data = Float64Array.from(input.data);
        data[place]! += step;
        return weighted(inputs.with(which, { shape: input.shape, data }));
      };
      return (at(STEP) - at(-STEP)) / (2 * STEP);
    })
  );
  return { values, upstream, gradients };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
