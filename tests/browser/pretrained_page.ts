/** What the page of `pretrained_test.ts` runs: BiT from the page's server, on each backend. */
import { setWasmPaths } from "npm:@tensorflow/tfjs-backend-wasm@4.22.0";
import "npm:@tensorflow/tfjs-backend-webgpu@4.22.0";
import { models, tf } from "../../mod.ts";

/** What came out on one backend. */
export interface PretrainedReport {
  /** The backend that computed. */
  backend: string;
  /** What was chosen. */
  description: string;
  /** Logits of the images. */
  logits: number[];
  /** How far the download told that it had come. */
  loadedBytes: number;
}

async function loadAndRun(
  backend: string,
  file: string,
  images: number[],
): Promise<PretrainedReport> {
  setWasmPaths("/wasm/");
  if (!await tf.setBackend(backend)) throw new Error(`${backend} does not start`);
  let loadedBytes = 0;
  const { model, description } = await models.loadPretrained(new URL(file, location.href), {
    groups: 8,
    onProgress: (progress) => loadedBytes = progress.loadedBytes,
  });
  const x = tf.tensor(images, [2, 40, 37, 3]);
  const y = tf.tidy(() => model.predict(x) as tf.Tensor);
  const logits = Array.from(await y.data());
  tf.dispose([x, y]);
  model.dispose();
  return { backend: tf.getBackend(), description, logits, loadedBytes };
}

/** Ranges that are asked for when a file is loaded twice, and addresses that the cache has then. */
async function loadTwice(): Promise<{ asked: (string | null)[]; kept: string[] }> {
  const asked: (string | null)[] = [];
  const tagged: typeof fetch = async (input, init) => {
    asked.push(new Headers(init?.headers).get("range"));
    const response = await fetch(input, init);
    const headers = new Headers(response.headers);
    headers.set("etag", '"one"');
    return new Response(response.body, { status: response.status, headers });
  };
  const address = new URL("/timm.safetensors", location.href);
  for (let time = 0; time < 2; time++) {
    const { model } = await models.loadPretrained(address, { groups: 8, fetch: tagged });
    model.dispose();
  }
  const cache = await caches.open("weight-standardization");
  return { asked, kept: (await cache.keys()).map(({ url }) => new URL(url).pathname) };
}

Object.assign(globalThis, { loadAndRun, loadTwice });
