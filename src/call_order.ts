/**
 * In which order TensorFlow.js makes the calls of a model that it loads.
 *
 * @module
 */

/** A call of a layer. */
export interface CallReference {
  /** The layer's name. */
  readonly layer: string;
  /** Which of its calls. */
  readonly call: number;
}

/** What is called, and how. */
export interface Called {
  /** The layer's name. */
  readonly name: string;
  /** Its calls, in the file's order. */
  readonly calls: readonly { readonly inputs: readonly CallReference[] }[];
}

/** Rounds after which an order must have been found. */
const mostRounds = 100;

/**
 * The order in which TensorFlow.js makes a model's calls, which is how it numbers them: it passes
 * over the layers again and again, and makes each call whose inputs are there. Where a layer's
 * second call can be made before the first, it would take the one for the other.
 *
 * @param layers the layers, in the order of the file
 * @returns for each layer, the places that its calls have in the file, in TensorFlow.js's order;
 *   `undefined` if not all can be made, or two layers have one name
 */
export function callOrder(
  layers: readonly Called[],
): ReadonlyMap<string, readonly number[]> | undefined {
  // Of two layers of one name each call would be counted twice, and twice as often in each round.
  if (new Set(layers.map(({ name }) => name)).size < layers.length) return undefined;
  let order = new Map(layers.map(({ name, calls }) => [name, [...calls.keys()]]));
  for (let round = 0; round < mostRounds; round++) {
    const next = simulated(layers, order);
    if (next === undefined) return undefined;
    const isSame = layers.every(({ name }) => `${next.get(name)}` === `${order.get(name)}`);
    if (isSame) return order;
    order = next;
  }
  return undefined;
}

function simulated(
  layers: readonly Called[],
  order: ReadonlyMap<string, readonly number[]>,
): Map<string, number[]> | undefined {
  const calls = new Map(layers.map(({ name, calls }) => [name, calls]));
  const made = new Map(layers.map(({ name }) => [name, [] as number[]]));
  const isMade = ({ layer, call }: CallReference) =>
    calls.get(layer)?.length === 0 || made.get(layer)?.includes(call) === true;
  let waiting = new Map(order);
  while ([...waiting.values()].some(({ length }) => length > 0)) {
    const left = new Map<string, readonly number[]>();
    for (const { name } of layers) {
      left.set(
        name,
        (waiting.get(name) ?? []).filter((call) => {
          const isReady = calls.get(name)![call]!.inputs.every(isMade);
          if (isReady) made.get(name)!.push(call);
          return !isReady;
        }),
      );
    }
    const isStuck = layers.every(({ name }) =>
      left.get(name)!.length === waiting.get(name)!.length
    );
    if (isStuck) return undefined;
    waiting = left;
  }
  return made;
}
