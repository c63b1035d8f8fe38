import { mkdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { joined } from "../models/weight_bytes.ts";
import * as tf from "../tf.ts";
import { type Pending, writeBeside } from "./atomic.ts";
import { reason } from "./errors.ts";
import { pathOf } from "./path.ts";
import {
  checkHash,
  checkLength,
  checkManifest,
  hashOf,
  type WeightsGroup,
} from "./weights_group.ts";

/** The files of a model, as tfjs-node names them. */
const names = { json: "model.json", weights: "weights.bin" };

/**
 * Saves a model to a folder, or loads one from its `model.json`; `registerFileHandler` tells how.
 *
 * @param place `"file://folder"` to save, `"file://folder/model.json"` to load
 * @returns a handler for `model.save` and `tf.loadLayersModel`
 */
export function fileHandler(place: string): tf.io.IOHandler {
  return {
    save: (artifacts) => saveTo(pathOf(place), artifacts),
    load: () => loadFrom(pathOf(place)),
  };
}

async function saveTo(
  folder: string,
  artifacts: tf.io.ModelArtifacts,
): Promise<tf.io.SaveResult> {
  const { modelTopology, weightSpecs = [], weightData, ...rest } = artifacts;
  if (modelTopology === undefined || modelTopology instanceof ArrayBuffer) {
    throw new TypeError(`Cannot save a model to ${folder} as its topology must be JSON`);
  }
  const parts = weightData === undefined
    ? []
    : [weightData].flat().map((part) => new Uint8Array(part));
  const weights: WeightsGroup = {
    paths: [names.weights],
    weights: weightSpecs,
    sha256: hashOf(parts),
  };
  const json = JSON.stringify({
    modelTopology,
    weightsManifest: [weights],
    ...withoutLoaders(rest),
  });
  const pending: Pending[] = [];
  let isBegun = false;
  try {
    await mkdir(folder, { recursive: true });
    pending.push(await writeBeside(join(folder, names.weights), parts));
    pending.push(await writeBeside(join(folder, names.json), [new TextEncoder().encode(json)]));
    // The weights first: a model.json that is there has weights beside it. Those of the other one, if
    // the program is killed here, have another hash.
    for (const { commit } of pending) {
      await commit();
      isBegun = true;
    }
  } catch (error) {
    // Once the weights are in their place their model.json is kept beside its own, as after a kill.
    for (const { discard } of isBegun ? [] : pending) await discard().catch(() => undefined);
    throw new Error(`Cannot save a model to ${folder} as ${reason(error)}`, { cause: error });
  }
  return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
}

/** What of a model is data. */
function withoutLoaders(artifacts: Partial<tf.io.ModelArtifacts>): Partial<tf.io.ModelArtifacts> {
  const { getWeightStream: _stream, modelInitializer: _initializer, ...data } = artifacts;
  return data;
}

async function loadFrom(path: string): Promise<tf.io.ModelArtifacts> {
  const text = new TextDecoder().decode(await contentOf(path, path));
  const json = parsed(text, path);
  if (json.modelTopology == null) {
    throw new TypeError(
      `Cannot load a model from ${path} as it must be a model.json, with a modelTopology: it has ` +
        `${Object.keys(json).join(", ") || "nothing"}`,
    );
  }
  checkManifest(json.weightsManifest ?? [], path);
  return await tf.io.getModelArtifactsForJSON(json, async (manifest) => {
    const specs = manifest.flatMap(({ weights }) => weights);
    const shards: Uint8Array[] = [];
    for (const group of manifest) {
      const own: Uint8Array[] = [];
      for (const name of group.paths) own.push(await contentOf(join(dirname(path), name), path));
      await checkHash(group, own, path);
      shards.push(...own);
    }
    const data = joined(shards);
    checkLength(specs, data.length, path);
    return [specs, data.buffer];
  });
}

async function contentOf(path: string, model: string): Promise<Uint8Array> {
  try {
    const info = await stat(path);
    if (info.isDirectory() && path === model) {
      throw new TypeError(`it is a folder: give file://${join(path, names.json)}`);
    }
    return await readFile(path);
  } catch (error) {
    const which = path === model ? "" : `its weights ${path} can't be read: `;
    throw new Error(`Cannot load a model from ${model} as ${which}${reason(error)}`, {
      cause: error,
    });
  }
}

function parsed(text: string, path: string): tf.io.ModelJSON {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === "object" && json !== null) return json as tf.io.ModelJSON;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const start = JSON.stringify(text.slice(0, 20));
  throw new TypeError(
    `Cannot load a model from ${path} as it must be JSON, a model.json: it begins with ${start}`,
  );
}
