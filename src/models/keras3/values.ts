/**
 * Rewrites what layers of Keras 3 have in common: types of numbers, initializers, regularizers,
 * constraints, activations, the format of data.
 *
 * @module
 */
import { activationName, knownActivations } from "./activations.ts";
import { type Config, isConfig, type Report, wordOf } from "./report.ts";

/** Initializers of TensorFlow.js, by Keras 3's names. */
const initializers: ReadonlyMap<string, string> = new Map(
  [
    "Zeros",
    "Ones",
    "Constant",
    "RandomUniform",
    "RandomNormal",
    "TruncatedNormal",
    "VarianceScaling",
    "GlorotUniform",
    "GlorotNormal",
    "HeUniform",
    "HeNormal",
    "Orthogonal",
    "Identity",
  ].map((name) => [name, name]),
).set("LecunNormal", "LeCunNormal").set("LecunUniform", "LeCunUniform")
  .set("OrthogonalInitializer", "Orthogonal").set("IdentityInitializer", "Identity");

const constraints = ["MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm"];

/** Types of a layer's numbers that TensorFlow.js computes in the same. */
const dtypes = ["float32", "int32", "bool", "string"];

/** What Keras writes into configs that means nothing to TensorFlow.js, if it is empty. */
const emptyKeys = ["quantization_config", "lora_rank"];

/**
 * A layer's config with values as TensorFlow.js has them; what it has alone stays.
 *
 * @param config Keras 3's
 * @param where the layer, for the report
 * @param report takes what can't be rewritten
 * @returns another config
 */
export function rewriteValues(config: Config, where: string, report: Report): Config {
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]): [string, unknown][] => {
      if (key === "dtype") return [[key, dtypeOf(value, where, report)]];
      if (emptyKeys.includes(key)) {
        if (value != null) report.problem(where, `TensorFlow.js has no ${key}: save it without`);
        return [];
      }
      if (key === "activity_regularizer") {
        if (value != null) report.note(where, "its activity_regularizer adds nothing to the loss");
        return [];
      }
      if (key === "data_format" && value === "channels_first") {
        report.problem(where, "channels must come last: build it with data_format channels_last");
      }
      return [[key, valueOf(key, value, where, report)]];
    }),
  );
}

function valueOf(key: string, value: unknown, where: string, report: Report): unknown {
  if (key === "activation") return activationOf(value, where, report);
  if (!isConfig(value)) return value;
  if (key.endsWith("_initializer")) return initializerOf(value, where, report);
  if (key.endsWith("_regularizer")) return regularizerOf(value, key, where, report);
  if (key.endsWith("_constraint")) {
    const className = wordOf(value.class_name);
    if (!constraints.includes(className)) {
      report.problem(where, `TensorFlow.js has no ${className} as its ${key}: save it without`);
    }
    return { class_name: className, config: value.config ?? {} };
  }
  return value;
}

/** A type's name, of a policy too: variables of `mixed_float16` are float32. */
function dtypeOf(value: unknown, where: string, report: Report): unknown {
  const policy = isConfig(value) && isConfig(value.config) ? value.config.name : value;
  if (policy === "mixed_float16" || policy === "mixed_bfloat16") {
    report.note(where, `it is computed in float32, as TensorFlow.js has no ${policy}`);
    return "float32";
  }
  const isPlain = !isConfig(value) || value.class_name === "DTypePolicy";
  if (isPlain && (policy == null || dtypes.includes(`${policy}`))) return policy;
  const what = isPlain
    ? wordOf(policy)
    : `${wordOf(isConfig(value) ? value.class_name : value)} ${wordOf(policy)}`;
  report.problem(where, `numbers must be float32: dtype is ${what}; build it with dtype="float32"`);
  return "float32";
}

function initializerOf(value: Config, where: string, report: Report): Config {
  const className = initializers.get(wordOf(value.class_name));
  if (className === undefined) {
    report.problem(
      where,
      `TensorFlow.js has no initializer ${
        wordOf(value.class_name)
      }: build it with another, such as ` +
        "glorot_uniform, and load the weights into that (set_weights)",
    );
  }
  const { input_axes: _in, output_axes: _out, ...config } = isConfig(value.config)
    ? value.config
    : {};
  const seed = isConfig(config.seed) ? null : config.seed; // a generator's
  const distribution = config.distribution === "untruncated_normal"
    ? "normal"
    : config.distribution;
  return {
    class_name: className,
    config: {
      ...config,
      ...("seed" in config && { seed: seed ?? null }),
      ...(distribution !== undefined && { distribution }),
    },
  };
}

function regularizerOf(value: Config, key: string, where: string, report: Report): Config {
  const { l1 = 0, l2 = 0 } = (isConfig(value.config) ? value.config : {}) as Config;
  if (!["L1", "L2", "L1L2"].includes(wordOf(value.class_name))) {
    report.problem(
      where,
      `TensorFlow.js has no ${wordOf(value.class_name)} as its ${key}: save it without`,
    );
  }
  return { class_name: "L1L2", config: { l1, l2 } };
}

function activationOf(value: unknown, where: string, report: Report): unknown {
  if (value == null) return "linear";
  const name = isConfig(value) && value.class_name === "function" ? value.config : value;
  const known = typeof name === "string" ? activationName(name) : undefined;
  if (known !== undefined) return known;
  const what = wordOf(isConfig(name) ? name.class_name : name);
  report.problem(
    where,
    `TensorFlow.js has no activation ${what}: it must be one of ${
      knownActivations.join(", ")
    }, or ` +
      "a layer of its own",
  );
  return "linear";
}
