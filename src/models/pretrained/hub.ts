import { checkArchitecture } from "./architecture.ts";
import { download, type DownloadOptions, isThere } from "./download.ts";
import { DownloadError, fail } from "./fail.ts";
import type { Config, Obtained } from "./layout.ts";

/** Where repositories are. */
export interface HubOptions {
  /**
   * The hub's address, or a mirror's: files are at `HUB/owner/name/resolve/REVISION/FILE`.
   *
   * @default {"https://huggingface.co"}
   */
  hub?: string | URL;
}

/** A repository as it is written. */
const reference = /^hf:([\w.-]+\/[\w.-]+)(?:@([\w./-]+))?$/;

/**
 * Fetches what a repository of Hugging Face's holds of a network: its config first, which may tell
 * that there is no use in fetching the rest.
 *
 * @param text `hf:owner/name[@revision]`
 * @param options how to fetch
 * @returns the weights, the config and the preprocessor's
 * @throws {TypeError} if the text is not of that form, or the repository has no safetensors file
 * @throws {DownloadError} if it could not be fetched
 */
export async function fromHub(
  text: string,
  options: DownloadOptions & HubOptions,
): Promise<Obtained> {
  const [, repository, revision = "main"] = reference.exec(text) ?? [];
  if (repository === undefined) {
    fail(`source must be "hf:owner/name" or "hf:owner/name@revision": current value is "${text}"`);
  }
  const { hub = "https://huggingface.co" } = options;
  const place = `${repository}/resolve/${encodeURIComponent(revision)}`;
  const address = (file: string) => `${`${hub}`.replace(/\/$/, "")}/${place}/${file}`;
  const config = await json(address("config.json"), options);
  checkArchitecture(config);
  const preprocessorConfig = await json(address("preprocessor_config.json"), options);
  const bytes = await weights(address, text, options);
  return { bytes, config, preprocessorConfig };
}

async function weights(
  address: (file: string) => string,
  text: string,
  options: DownloadOptions,
): Promise<Uint8Array> {
  const file = await present(address("model.safetensors"), options);
  if (file !== undefined) return file;
  if (await isThere(address("model.safetensors.index.json"), options)) {
    fail(
      `${text} must have its weights in one file, model.safetensors: they are in parts; merge the ` +
        "dicts of safetensors.torch.load_file of each, and give the bytes",
    );
  }
  if (await isThere(address("pytorch_model.bin"), options)) {
    fail(
      `${text} must have model.safetensors: it has pytorch_model.bin alone, a pickle, which can run ` +
        "code when it is read. Convert it in Python and give the bytes\n" +
        '  import torch; from safetensors.torch import save_file; weights = torch.load("pytorch_model.bin", ' +
        'map_location="cpu", weights_only=True)\n' +
        '  save_file({k: v.contiguous().clone() for k, v in weights.items()}, "model.safetensors")\n' +
        "or have the hub convert it: https://huggingface.co/spaces/safetensors/convert",
    );
  }
  fail(
    `${text} must have model.safetensors: it has neither that nor pytorch_model.bin; asked for was ` +
      address("model.safetensors"),
  );
}

/** What a file of JSON holds; nothing where there is no such file. */
async function json(address: string, options: DownloadOptions): Promise<Config | undefined> {
  const bytes = await present(address, { ...options, cache: false });
  if (bytes === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Config;
    }
  } catch {
    // Told below, with what else is not an object.
  }
  fail(
    `${address} must hold a JSON object: it begins with ${
      JSON.stringify(new TextDecoder().decode(bytes.subarray(0, 40)))
    }`,
  );
}

/** A file, or nothing where the repository is there and the file is not. */
async function present(address: string, options: DownloadOptions): Promise<Uint8Array | undefined> {
  try {
    return await download(address, options);
  } catch (error) {
    if (error instanceof DownloadError && error.isEntryMissing) return undefined;
    throw error;
  }
}
