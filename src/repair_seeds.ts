import * as tf from "./tf.ts";

/** What an initializer keeps of its arguments, and its types hide. */
interface Seeded {
  seed?: number | string | null;
  apply(shape: tf.Shape, dtype?: tf.DataType): tf.Tensor;
}

let repaired = false;

/**
 * Makes 0 a seed like any other in TensorFlow.js, for everything in the program. Upstream it means
 * "none", and these draw new values each time: the initializers `randomNormal`, `truncatedNormal`,
 * `varianceScaling`, `glorotNormal`, `heNormal`, `leCunNormal` and `orthogonal`, and
 * `tf.data.Dataset.shuffle`. Other seeds, and none, give what they gave. The functions
 * `tf.randomNormal`, `tf.truncatedNormal`, `tf.randomGamma`, … are repaired in this library's `tf`
 * alone, as nothing from outside reaches into them.
 *
 * Called again it changes nothing.
 */
export function repairSeeds(): void {
  if (repaired) return;
  repaired = true;
  const { randomNormal, truncatedNormal, varianceScaling, orthogonal } = tf.initializers;
  const firsts = { mode: "fanIn", distribution: "normal", scale: 1 } as const;
  repairInitializer(randomNormal({}));
  repairInitializer(truncatedNormal({}));
  repairInitializer(varianceScaling(firsts)); // heNormal, glorotNormal, … extend it
  repairInitializer(orthogonal({}));
  repairShuffle();
}

/** The generator begins from a seed's text, and that of 0 is as true as any. */
function repairInitializer(one: object): void {
  const prototype = Object.getPrototypeOf(one) as Seeded;
  const { apply } = prototype;
  prototype.apply = function (shape, dtype) {
    if (this.seed !== 0) return apply.call(this, shape, dtype);
    this.seed = "0";
    try {
      return apply.call(this, shape, dtype);
    } finally {
      this.seed = 0;
    }
  };
}

function repairShuffle(): void {
  const prototype = tf.data.Dataset.prototype;
  const { shuffle } = prototype;
  prototype.shuffle = function (bufferSize, seed, reshuffleEachIteration) {
    const given = (seed as unknown) === 0 ? "0" : seed;
    return shuffle.call(this, bufferSize, given, reshuffleEachIteration);
  };
}
