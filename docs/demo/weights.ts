/**
 * Weights from files or an address, the network they make, and the preprocessing that belongs to it.
 *
 * @module
 */
/// <reference lib="dom" />
import { models } from "../../mod.ts";

/** What the user gave. */
export interface Source {
  /** The file, or where it is. */
  readonly weights: File | string;
  /** What `config.json` says, if it was given. */
  readonly config?: models.Config;
  /** What `preprocessor_config.json` says, if it was given. */
  readonly preprocessor?: models.Config;
}

/** What BiT's own code does, for weights that nothing is said of. */
const bitPreprocessing = { interpolation: "bilinear", mean: 0.5, std: 0.5 } as const;

/** Empties a field when the other is filled: a page has one source. */
export function onlyLast(files: HTMLInputElement, address: HTMLInputElement): void {
  files.addEventListener("change", () => {
    if (files.files?.length) address.value = "";
  });
  address.addEventListener("input", () => files.value = "");
}

/**
 * The source that files or a text name.
 *
 * @param files what was chosen
 * @param address what was written, if no file was chosen
 * @returns the source
 * @throws {Error} if there is none, or more than one
 */
export async function sourceOf(files: readonly File[], address: string): Promise<Source> {
  if (files.length === 0) {
    if (address === "") {
      throw new Error("No weights are chosen: choose a file, or write an address.");
    }
    if (/^(hf:|https?:\/\/)/.test(address)) return { weights: address };
    throw new Error(
      `${address} is no address: write https://…, or hf:owner/name for a repository of Hugging ` +
        "Face, or choose a file.",
    );
  }
  const configs = files.filter(({ name }) => name.endsWith(".json"));
  const [weights, ...others] = files.filter((file) => !configs.includes(file));
  if (weights === undefined || others.length > 0) {
    throw new Error(
      `One file of weights is wanted, beside .json files: ${others.length + Number(!!weights)} ` +
        "are chosen. Choose one .safetensors or .npz file.",
    );
  }
  const source: { weights: File; config?: models.Config; preprocessor?: models.Config } = {
    weights,
  };
  for (const file of configs) {
    const config = await readConfig(file);
    source["image_mean" in config || "crop_size" in config ? "preprocessor" : "config"] = config;
  }
  return source;
}

async function readConfig(file: File): Promise<models.Config> {
  try {
    const config: unknown = JSON.parse(await file.text());
    if (typeof config === "object" && config !== null) return config as models.Config;
  } catch {
    // What isn't JSON is told with what isn't an object.
  }
  throw new Error(
    `${file.name} holds no JSON object: choose the config that came with the weights.`,
  );
}

/** A network with its weights. */
export type Loaded = models.Pretrained & { readonly source: Source };

/**
 * Loads a network.
 *
 * @param source where its weights are
 * @param classes how many classes it is to have
 * @param options how to fetch
 * @returns the network, with a new head
 */
export async function load(
  source: Source,
  classes: number,
  options: models.DownloadOptions,
): Promise<Loaded> {
  const { weights, config } = source;
  const given = config === undefined ? {} : { config };
  return { ...await models.loadPretrained(weights, { ...options, ...given, classes }), source };
}

/**
 * What a network's pictures go through, at a side of the user's choice.
 *
 * @param loaded the network
 * @param side the pictures' side, in pixels
 * @returns what `models.preprocessing` takes: the weights' own where the side is theirs, and
 *   otherwise the picture's middle with their filter, mean and deviation
 */
export function preprocessingOf(loaded: Loaded, side: number): object {
  const timm = loaded.config?.["pretrained_cfg"];
  const config = timm ?? loaded.source.preprocessor ?? loaded.preprocessorConfig;
  if (typeof config !== "object" || config === null) {
    return { size: side, cropShare: 1, ...bitPreprocessing };
  }
  const { width, height, interpolation, mean, std } = models.preprocessing(config);
  if (width === side && height === side) return config;
  return { size: side, cropShare: 1, interpolation, mean, std };
}
