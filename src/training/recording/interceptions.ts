/**
 * What is intercepted during recording, because a recording would silently get it wrong:
 * random numbers made in JavaScript, optimizers' scalars, and variables that the step creates.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import { SlotOptimizer } from "../optimizers/slot_optimizer.ts";
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

/** The parts of TensorFlow.js's own optimizers, and of this library's, that a recording depends on. */
export interface KnownOptimizer extends tf.Optimizer {
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

/**
 * Calls `used` with each of TensorFlow.js's own optimizers, and of this library's, before it applies
 * gradients: of this library's those whose learning rate the step itself does not set.
 */
export function interceptOptimizers(used: (optimizer: KnownOptimizer) => void): Restore {
  const restores: Restore[] = STOCK_OPTIMIZERS.map(({ prototype }) => {
    const apply = prototype.applyGradients;
    prototype.applyGradients = function (gradients) {
      // A user's subclass is left alone: the meaning of its numbers is unknown.
      const isStock = STOCK_OPTIMIZERS.some((stock) =>
        stock.prototype === Object.getPrototypeOf(this)
      );
      if (isStock) used(this as KnownOptimizer);
      return apply.call(this, gradients);
    };
    return () => void (prototype.applyGradients = apply);
  });
  restores.push(interceptOwnOptimizers(used));
  return () => restores.forEach((restore) => restore());
}

function interceptOwnOptimizers(used: (optimizer: KnownOptimizer) => void): Restore {
  const { prototype } = SlotOptimizer, set = new Set<SlotOptimizer>();
  const { setLearningRate, applyGradients } = prototype;
  prototype.setLearningRate = function (learningRate) {
    set.add(this);
    setLearningRate.call(this, learningRate);
  };
  prototype.applyGradients = function (gradients) {
    if (!set.has(this)) used(this);
    applyGradients.call(this, gradients);
  };
  return () => void Object.assign(prototype, { setLearningRate, applyGradients });
}

/**
 * What an optimizer's numbers are: a recording holds them as constants, and a learning rate that is
 * a tensor by its identity, but for that of a stock optimizer, which is an input.
 */
export function optimizerSettings(optimizer: KnownOptimizer): string {
  const { learningRate, ...others } = optimizer.getConfig();
  if (isOwn(optimizer)) {
    const { learningRate: rate } = optimizer;
    return JSON.stringify({ ...others, rate: typeof rate === "number" ? rate : { id: rate.id } });
  }
  return JSON.stringify(optimizer.c === undefined ? { learningRate, ...others } : others);
}

/** Not by `instanceof`, by which TensorFlow.js takes every optimizer for one of any class. */
function isOwn(optimizer: tf.Optimizer): optimizer is SlotOptimizer {
  return Object.prototype.isPrototypeOf.call(SlotOptimizer.prototype, optimizer);
}
