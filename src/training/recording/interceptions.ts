/**
 * What is intercepted during recording, because a recording would silently get it wrong:
 * random numbers made in JavaScript, optimizers' scalars, and variables that the step creates.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import { randomError } from "./capture_error.ts";

/** Undoes an interception. */
export type Restore = () => void;

/** Ops of TensorFlow.js that compute random numbers in JavaScript, as the engine names scopes. */
const RANDOM_SCOPE =
  /^(rand|randomGamma|randomNormal|randomStandardNormal|randomUniform|randomUniformInt|truncatedNormal)(__op)?$/;

/**
 * Refuses values from JavaScript that a random op made: with its own seed, such an op does
 * not even call `Math.random`.
 *
 * @throws where one of TensorFlow.js's random ops is running
 */
export function refuseRandomValues(): void {
  const scopes: { name: string }[] = tf.engine().state.scopeStack;
  const random = scopes.find(({ name }) => RANDOM_SCOPE.test(name));
  if (random !== undefined) throw randomError(`tf.${random.name.replace("__op", "")}`);
}

/** Makes `Math.random` throw. */
export function interceptMathRandom(): Restore {
  const random = Math.random;
  Math.random = () => {
    throw randomError("Math.random");
  };
  return () => void (Math.random = random);
}

/** Calls `created` with every variable that is made. */
export function interceptVariables(created: (variable: tf.Variable) => void): Restore {
  const engine = tf.engine();
  const make = engine.makeVariable;
  engine.makeVariable = (...args) => {
    const variable = make.apply(engine, args);
    created(variable);
    return variable;
  };
  return () => void (engine.makeVariable = make);
}

/** The parts of TensorFlow.js's own optimizers that a recording depends on. */
export interface StockOptimizer extends tf.Optimizer {
  /** Minus the learning rate, as a tensor: gradient descent's, replaced by `setLearningRate`. */
  readonly c?: tf.Scalar;
}

/** Each of these has its own `applyGradients`. */
const STOCK_OPTIMIZERS: readonly { readonly prototype: tf.Optimizer }[] = [
  tf.SGDOptimizer,
  tf.MomentumOptimizer,
  tf.RMSPropOptimizer,
  tf.AdamOptimizer,
  tf.AdamaxOptimizer,
  tf.AdagradOptimizer,
  tf.AdadeltaOptimizer,
];

/** Calls `used` with each of TensorFlow.js's own optimizers before it applies gradients. */
export function interceptOptimizers(used: (optimizer: StockOptimizer) => void): Restore {
  const restores = STOCK_OPTIMIZERS.map(({ prototype }) => {
    const apply = prototype.applyGradients;
    prototype.applyGradients = function (gradients) {
      // A user's subclass is left alone: the meaning of its numbers is unknown.
      const isStock = STOCK_OPTIMIZERS.some((stock) =>
        stock.prototype === Object.getPrototypeOf(this)
      );
      if (isStock) used(this as StockOptimizer);
      return apply.call(this, gradients);
    };
    return () => void (prototype.applyGradients = apply);
  });
  return () => restores.forEach((restore) => restore());
}

/**
 * What an optimizer's numbers are: a recording holds them as constants. A learning rate that is a
 * tensor is left out, as it is an input.
 */
export function optimizerSettings(optimizer: StockOptimizer): string {
  const { learningRate, ...others } = optimizer.getConfig();
  return JSON.stringify(optimizer.c === undefined ? { learningRate, ...others } : others);
}
