/** The JSON files of suites' checkpoints: hashed anew, so that what they hold is looked at. */
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { manifestText, parseManifest } from "../../../benchmarks/run/checkpoints/manifest.ts";
import { engineWordsIn } from "../complaints.ts";
import { mutatedJson } from "../mutate/json.ts";
import type { Case, Target } from "../target.ts";

export async function start(): Promise<Target> {
  const manifest = {
    formatVersion: 2 as const,
    cell: { arm: "ws", seed: 3 },
    step: 12,
    weights: { file: "step-00000012.safetensors", byteLength: 100, sha256: "0".repeat(64) },
    progress: {
      startedAt: "2026-01-01T00:00:00.000Z",
      durationMs: 12.5,
      peakBytes: 1e9,
      bytesBefore: 1e8,
      resumedAt: [4],
      skipped: [{ name: "a.jpg", reason: "it is cut off" }],
      initialWeights: { "conv1/kernel [3]": "00" },
      logBytes: 12,
    },
    state: { step: 12 },
  };
  const valid = await manifestText(manifest as Parameters<typeof manifestText>[0]);
  const trees = mutatedJson([["a manifest", manifest], ["as text", JSON.parse(valid)]]);
  const cases = fc.tuple(trees, fc.nat(3)).map(([{ bytes, made }, dice]): Case => {
    if (dice === 0) return { bytes, made };
    const text = new TextDecoder().decode(bytes);
    const hash = createHash("sha256").update(text).digest("hex");
    return {
      bytes: new TextEncoder().encode(`${text.slice(0, -1)},"sha256":"${hash}"}\n`),
      made: `${made}; hashed`,
    };
  });
  return {
    cases,
    read: async (bytes) => JSON.stringify((await parseManifest(bytes)).manifest.step),
    // A damaged one is passed over, with its error's message in a warning that names the file.
    complaint: (error) => {
      const words = engineWordsIn(error.message);
      return words === undefined ? undefined : `it repeats the engine's words: ${words}`;
    },
  };
}
