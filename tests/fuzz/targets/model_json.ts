/** Models as files: model.json with lies in it, and the weights beside it. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import * as fc from "fast-check";
import { fileHandler } from "../../../src/files/handler.ts";
import * as tf from "../../../src/tf.ts";
import { complaintOf } from "../complaints.ts";
import { joined } from "../mutate/bytes.ts";
import { mutatedJson } from "../mutate/json.ts";
import type { Target } from "../target.ts";

export async function start(): Promise<Target> {
  await tf.setBackend("cpu");
  const folder = await Deno.makeTempDir({ prefix: "fuzz-model-" });
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
  await model.save(fileHandler(`file://${folder}`));
  const path = join(folder, "model.json");
  const json = JSON.parse(await Deno.readTextFile(path));
  const weights = await Deno.readFile(join(folder, "weights.bin"));
  const { sha256: _, ...group } = json.weightsManifest[0];
  const unhashed = { ...json, weightsManifest: [group] };
  const several = { ...json, weightsManifest: [{ ...group, paths: ["weights.bin", "other.bin"] }] };
  const hash = createHash("sha256").update(weights.subarray(0, 12)).digest("hex");
  const cut = { ...json, weightsManifest: [{ ...group, sha256: hash }] };
  const cases = fc.tuple(
    mutatedJson([["whole", json], ["without a hash", unhashed], ["two files", several], [
      "of cut weights",
      cut,
    ]]),
    fc.constantFrom(weights.length, weights.length, weights.length, 12, 0, weights.length + 4),
  ).map(([{ bytes, made }, length]) => ({
    bytes: joined([Uint8Array.of(length), bytes]),
    made: `${made}; ${length} bytes of weights`,
  }));
  return {
    cases,
    async read(bytes) {
      const data = new Uint8Array(bytes[0]!);
      data.set(weights.subarray(0, data.length));
      await Deno.writeFile(join(folder, "weights.bin"), data);
      await Deno.writeFile(path, bytes.subarray(1));
      const { weightSpecs, weightData } = await fileHandler(`file://${path}`).load!();
      return `${weightSpecs?.length} ${(weightData as ArrayBuffer | undefined)?.byteLength}`;
    },
    complaint: (error) => complaintOf(error, ["TypeError", "Error"], path),
  };
}
