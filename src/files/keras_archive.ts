import { readFile } from "node:fs/promises";
import { check } from "../check.ts";
import { joined } from "../models/weight_bytes.ts";
import type * as tf from "../tf.ts";
import { unzip } from "../zip.ts";
import { reason } from "./errors.ts";
import { fileScheme, pathOf } from "./path.ts";

/** A group of an HDF5 file, as the reader has it. */
interface Group {
  readonly keys: readonly string[];
  get(name: string): Group | Dataset;
}

/** An array of an HDF5 file, as the reader has it. */
interface Dataset {
  readonly shape: readonly number[];
  /** NumPy's, `"<f4"`. */
  readonly dtype: unknown;
  readonly value: ArrayLike<number | bigint>;
}

/** An array under its path in the file. */
interface Entry {
  readonly spec: tf.io.WeightsManifestEntry;
  readonly bytes: Uint8Array;
}

/** The parts of an archive. */
const names = {
  metadata: "metadata.json",
  config: "config.json",
  weights: "model.weights.h5",
};

/**
 * A model that Keras 3 saved, `model.save("model.keras")`, without Python and the converter:
 *
 * `await tf.loadLayersModel(models.fromKeras3(kerasArchive("model.keras")))`
 *
 * What it loads is what the converter writes of such an archive: Keras's topology, and weights named
 * by their places. It is `models.fromKeras3` that makes it TensorFlow.js's.
 *
 * @param place a path, or an address `file://…`
 * @returns a handler for `models.fromKeras3`, which throws what follows when it loads
 * @throws {TypeError} if the file is no such archive, or a damaged one by its checksums or its parts:
 *   the message tells HDF5 files and files of weights alone, and what to do
 * @throws {Error} if the file can't be read
 *
 * @see keras-team/keras `src/saving/saving_lib.py`
 *
 * @example
 * ```ts
 * import { kerasArchive } from "@weight-standardization/tfjs/files";
 * import { models, tf } from "@weight-standardization/tfjs";
 *
 * async function load(path: string): Promise<tf.LayersModel> {
 *   return await tf.loadLayersModel(models.fromKeras3(kerasArchive(path)));
 * }
 * ```
 */
export function kerasArchive(place: string): tf.io.IOHandler {
  const isPlace = typeof place === "string" && place !== "";
  check(isPlace, TypeError, "read an archive of Keras 3 as its place must be a path", place);
  return { load: () => loadFrom(place.startsWith(fileScheme) ? pathOf(place) : place) };
}

async function loadFrom(path: string): Promise<tf.io.ModelArtifacts> {
  const parts = await partsOf(path);
  const json = (name: string) =>
    whole(path, name, () => JSON.parse(new TextDecoder().decode(parts.get(name))));
  const { keras_version } = fieldsOf(path, names.metadata, json(names.metadata));
  const hdf5 = await import("npm:jsfive@0.4.2");
  const entries = whole(path, names.weights, () => entriesOf(parts.get(names.weights)!, hdf5));
  return {
    format: "layers-model",
    generatedBy: `keras v${typeof keras_version === "string" ? keras_version : "?"}`,
    modelTopology: {
      keras_version,
      model_config: fieldsOf(path, names.config, json(names.config)),
    },
    weightSpecs: entries.map(({ spec }) => spec),
    weightData: joined(entries.map(({ bytes }) => bytes)).buffer,
  };
}

/** The fields of a part that must hold an object. */
function fieldsOf(path: string, part: string, value: unknown): Record<string, unknown> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (isObject) return value as Record<string, unknown>;
  throw new TypeError(
    `Cannot read ${path} as its ${part} must hold an object: save the model again, by ` +
      'model.save("model.keras")',
  );
}

/** The archive's files. */
async function partsOf(path: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new Error(`Cannot read ${path} as ${reason(error)}`, { cause: error });
  });
  const start = String.fromCharCode(...bytes.subarray(0, 4));
  if (!start.startsWith("PK")) {
    const what = start === "\x89HDF"
      ? "it is HDF5: load it in Keras (keras.models.load_model, or load_weights into its model)"
      : `it begins with ${JSON.stringify(start)}: save the model in Keras`;
    throw new TypeError(
      `Cannot read ${path} as it must be an archive of Keras 3: ${what}, and save it by ` +
        'model.save("model.keras")',
    );
  }
  const wanted = Object.values(names);
  const parts = whole(path, "archive", () => unzip(bytes, (name) => wanted.includes(name)));
  const missing = wanted.filter((name) => !parts.has(name));
  if (missing.length > 0) {
    throw new TypeError(
      `Cannot read ${path} as an archive of Keras 3 must have ${wanted.join(", ")}: ` +
        `${missing.join(", ")} is not in it`,
    );
  }
  return parts;
}

/** Reads a part; what its reader throws at damaged bytes may be anything. */
function whole<T>(path: string, part: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new TypeError(
      `Cannot read ${path} as its ${part} must be whole: ${
        seenIn(error)
      }; copy the file from its source again`,
      { cause: error },
    );
  }
}

/** What of an error is worth telling: where a reader lost its way, its own words say little. */
function seenIn(error: unknown): string {
  const isLost = error instanceof TypeError || error instanceof RangeError ||
    error instanceof ReferenceError || !(error instanceof Error);
  return isLost ? "what its parts say of each other's places does not hold" : error.message;
}

/** What of jsfive is used. */
interface Hdf5 {
  readonly File: new (content: ArrayBuffer, name: string) => object;
  readonly Group: new (...args: never[]) => object;
}

/** The arrays of an HDF5 file that are numbers. */
function entriesOf(file: Uint8Array, hdf5: Hdf5): Entry[] {
  const root = new hdf5.File(new Uint8Array(file).buffer, names.weights) as Group;
  const isGroup = (node: Group | Dataset): node is Group => node instanceof hdf5.Group;
  const walk = (group: Group, path: string): Entry[] =>
    group.keys.flatMap((key) => {
      const node = group.get(key);
      return isGroup(node) ? walk(node, `${path}${key}/`) : entryOf(node, `${path}${key}`);
    });
  return walk(root, "");
}

/** Numbers of other types are counts and the state of random generators, which no layer has here. */
function entryOf({ dtype, shape, value }: Dataset, name: string): Entry[] {
  if (!/^[<|]f[248]$/.test(`${dtype}`)) return [];
  const numbers = Float32Array.from(value as ArrayLike<number>);
  return [{
    spec: { name, shape: [...shape], dtype: "float32" },
    bytes: new Uint8Array(numbers.buffer),
  }];
}
