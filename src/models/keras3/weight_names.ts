/**
 * Which of a file's weights are which of the model's. Files name them in two ways:
 * `layers/conv2d_1/vars/0`, as a `.keras` archive does, by the order of a class's layers, and
 * `sequential/conv1/kernel`, as HDF5 files do and `weight.path` in Keras.
 *
 * @module
 */

/** A weight of a model, by all of its names. */
export interface WeightNames {
  /** TensorFlow.js's, `conv1/kernel`. */
  readonly own: string;
  /** A `.keras` archive's, `layers/conv2d_1/vars/0`. */
  readonly place: string;
  /** What `weight.path` ends with in Keras, `conv1/kernel`. */
  readonly path: string;
  /** The multiplier of a depthwise kernel that Keras has as one of as many groups as channels. */
  readonly multiplier: number | undefined;
}

/** A file's weight. */
export interface NamedSpec {
  readonly name: string;
  readonly shape: number[];
}

/**
 * A class's name as archives have it.
 *
 * @param className `"DepthwiseConv2D"`
 * @returns `"depthwise_conv2d"`
 */
export function snakeCase(className: string): string {
  return className.replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/** Counts names as archives do: `conv2d`, `conv2d_1`, … */
export function placesOf(classNames: readonly string[]): string[] {
  const counts = new Map<string, number>();
  return classNames.map((className) => {
    const name = snakeCase(className);
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return count === 0 ? name : `${name}_${count}`;
  });
}

/**
 * A file's weights as the model has them.
 *
 * @param weights the model's
 * @param specs the file's
 * @returns for each of the file's, the same with the model's name and shape; `undefined` for what the
 *   model does not have, such as an optimizer's and random generators' state
 * @throws {TypeError} if a weight of the model has no entry in the file, or several
 */
export function ownSpecs<Spec extends NamedSpec>(
  weights: readonly WeightNames[],
  specs: readonly Spec[],
): (Spec | undefined)[] {
  const names = specs.map(({ name }) => name.replace(/:0$/, ""));
  const isArchive = names.some((name) => /(^|\/)vars\/\d+$/.test(name));
  const found: (Spec | undefined)[] = names.map(() => undefined);
  const missing: string[] = [];
  for (const { own, place, path, multiplier } of weights) {
    const wanted = isArchive ? place : path;
    const matches = [...names.keys()].filter((i) =>
      names[i] === wanted || (!isArchive && names[i]!.endsWith(`/${wanted}`))
    );
    const [match, second] = matches;
    if (match === undefined) missing.push(`${own} (${wanted})`);
    else if (second !== undefined || found[match] !== undefined) {
      throw new TypeError(
        `Cannot fromKeras3 as each weight must have a name of its own: ${wanted} is ` +
          `${
            matches.length > 1 ? `${matches.length} of the file's` : "two of the model's"
          }; save ` +
          "it as .keras, which names weights by their places",
      );
    } else found[match] = { ...specs[match]!, ...formOf(own, specs[match]!.shape, multiplier) };
  }
  if (missing.length > 0) {
    const others = names.filter((_, i) => found[i] === undefined).slice(0, 10);
    throw new TypeError(
      `Cannot fromKeras3 as the file must have all weights: ${missing.length} are not in it, ` +
        `${missing.slice(0, 10).join(", ")}; it has ${others.join(", ") || "no others"}`,
    );
  }
  return found;
}

/**
 * A kernel `[height, width, 1, filters]` of as many groups as channels is `[height, width, channels,
 * multiplier]` as a depthwise one: its numbers lie in the same order.
 */
function formOf(name: string, shape: number[], multiplier: number | undefined): NamedSpec {
  const [height = 1, width = 1, , filters = 1] = shape;
  return multiplier === undefined
    ? { name, shape }
    : { name, shape: [height, width, filters / multiplier, multiplier] };
}
