import assert from "node:assert/strict";
import * as tf from "../../../src/tf.ts";
import { loadPretrained } from "../../../src/models/pretrained/load_pretrained.ts";
import "../../backends.ts";
import { bitFile } from "../fixtures/bit.ts";

await tf.setBackend("cpu");

type Repository = Record<string, Uint8Array | string>;

/** Hugging Face's hub with one repository, as `fetch`. */
function hubOf(name: string, files: Repository) {
  const asked: string[] = [];
  const fetch: typeof globalThis.fetch = (input) => {
    const { pathname } = new URL(String(input));
    asked.push(pathname);
    const [, repository, file = ""] = /^\/([^/]+\/[^/]+)\/resolve\/main\/(.*)$/.exec(pathname) ??
      [];
    const code = repository !== name ? "RepoNotFound" : files[file] ?? "EntryNotFound";
    const isMissing = code === "RepoNotFound" || code === "EntryNotFound";
    const response = isMissing
      ? new Response("", {
        // The hub does not tell a stranger whether a repository is private or not there.
        status: code === "RepoNotFound" ? 401 : 404,
        headers: { "x-error-code": code },
      })
      : new Response(files[file] as BodyInit);
    return Promise.resolve(response);
  };
  return { fetch, asked };
}

const timmConfig = JSON.stringify({
  architecture: "resnetv2_50x1_bit",
  num_classes: 5,
  pretrained_cfg: { mean: [0.5, 0.5, 0.5] },
});

Deno.test("loadPretrained() reads a repository of timm's", async () => {
  const { fetch, asked } = hubOf("timm/tiny", {
    "config.json": timmConfig,
    "model.safetensors": bitFile("timm.safetensors"),
  });
  const files: string[] = [];
  const { model, config } = await loadPretrained("hf:timm/tiny", {
    fetch,
    groups: 8,
    onProgress: ({ file }) => files.push(file),
  });
  assert.deepEqual(config, JSON.parse(timmConfig));
  assert.equal(model.outputShape[1], 5);
  assert.deepEqual(asked, [
    "/timm/tiny/resolve/main/config.json",
    "/timm/tiny/resolve/main/preprocessor_config.json",
    "/timm/tiny/resolve/main/model.safetensors",
  ]);
  assert.deepEqual([...new Set(files)], ["config.json", "model.safetensors"]);
  model.dispose();
});

Deno.test("loadPretrained() takes groups, labels and the preprocessor from transformers' repository", async () => {
  const { fetch } = hubOf("google/tiny", {
    "config.json": bitFile("transformers.json"),
    "preprocessor_config.json": '{ "crop_pct": 0.875 }',
    "model.safetensors": bitFile("transformers.safetensors"),
  });
  const { model, preprocessorConfig, description } = await loadPretrained("hf:google/tiny", {
    fetch,
  });
  assert.deepEqual(preprocessorConfig, { crop_pct: 0.875 });
  assert.match(
    description,
    /^transformers' ResNetV2, .*timm, epsilon 1e-8, .* with 8 groups, 5 classes$/,
  );
  model.dispose();
});

Deno.test("loadPretrained() asks a revision and another hub by their names", async () => {
  const asked: string[] = [];
  const fetch: typeof globalThis.fetch = (input) => {
    asked.push(String(input));
    return Promise.resolve(
      new Response("", { status: 404, headers: { "x-error-code": "RevisionNotFound" } }),
    );
  };
  const options = { fetch, hub: "https://mirror.example" };
  await assert.rejects(loadPretrained("hf:a/b@refs/pr/1", options), {
    name: "DownloadError",
    message: /status 404; look at the name and the revision/,
  });
  assert.deepEqual(asked, ["https://mirror.example/a/b/resolve/refs%2Fpr%2F1/config.json"]);
});

Deno.test("loadPretrained() fetches no weights of a foreign config", async () => {
  const configs: [Record<string, unknown>, RegExp][] = [
    [
      { architecture: "vit_base_patch16_224" },
      /resnetv2_…_bit: current value is vit_base_patch16_224$/,
    ],
    [{ architecture: "resnetv2_50d_gn" }, /resnetv2_50d_gn, which timm builds without/],
    [
      { model_type: "vit" },
      /model_type must be "bit", .*: current value is "vit"; nearest are google/,
    ],
  ];
  for (const [config, message] of configs) {
    const { fetch, asked } = hubOf("a/b", { "config.json": JSON.stringify(config) });
    await assert.rejects(loadPretrained("hf:a/b", { fetch }), { name: "TypeError", message });
    assert.deepEqual(asked, ["/a/b/resolve/main/config.json"]);
  }
});

Deno.test("loadPretrained() says what a repository lacks", async () => {
  const cases: [string, Repository, string, RegExp][] = [
    [
      "hf:a/b",
      { "pytorch_model.bin": "x" },
      "TypeError",
      /it has pytorch_model.bin alone, a pickle.*\n.*torch.load/,
    ],
    ["hf:a/b", { "model.safetensors.index.json": "{}" }, "TypeError", /they are in parts; merge/],
    [
      "hf:a/b",
      {},
      "TypeError",
      /it has neither that nor pytorch_model.bin; asked for was https:.*\/a\/b\/resolve\/main\/model/,
    ],
    ["hf:a/c", {}, "DownloadError", /status 401; it is not there, or private or gated/],
    [
      "hf:a/b",
      { "config.json": "<html>" },
      "TypeError",
      /must hold a JSON object: it begins with "<html>"/,
    ],
    [
      "hf:a",
      {},
      "TypeError",
      /must be "hf:owner\/name" or "hf:owner\/name@revision": current value is "hf:a"/,
    ],
  ];
  for (const [source, files, name, message] of cases) {
    const { fetch } = hubOf("a/b", files);
    await assert.rejects(loadPretrained(source, { fetch }), { name, message });
  }
});
