/** Configs of how pictures are made a network's input: timm's, transformers', and options of one's own. */
import { preprocessing } from "../../../src/models/preprocessing/preprocessing.ts";
import * as tf from "../../../src/tf.ts";
import { complaintOf } from "../complaints.ts";
import { mutatedJson } from "../mutate/json.ts";
import type { Target } from "../target.ts";

const seeds: [string, unknown][] = [
  ["options", {
    size: 32,
    cropShare: 0.875,
    cropMode: "center",
    interpolation: "bicubic",
    mean: [0.5, 0.5, 0.5],
    std: 0.5,
  }],
  ["timm", {
    input_size: [3, 32, 32],
    crop_pct: 0.875,
    crop_mode: "center",
    interpolation: "bicubic",
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  }],
  ["transformers", {
    do_resize: true,
    size: { shortest_edge: 36 },
    do_center_crop: true,
    crop_size: { height: 32, width: 32 },
    do_rescale: true,
    rescale_factor: 0.00392156862745098,
    do_normalize: true,
    image_mean: [0.5, 0.5, 0.5],
    image_std: [0.5, 0.5, 0.5],
    resample: 3,
    image_processor_type: "BitImageProcessor",
  }],
];

export async function start(): Promise<Target> {
  await tf.setBackend("cpu");
  const data = Uint8Array.from({ length: 3 * 40 * 50 }, (_, i) => i % 251);
  return {
    cases: mutatedJson(seeds),
    async read(bytes) {
      let json: unknown;
      try {
        json = JSON.parse(new TextDecoder().decode(bytes));
      } catch {
        return "no JSON"; // which its caller parses
      }
      const recipe = preprocessing(json as Parameters<typeof preprocessing>[0]);
      if (recipe.height * recipe.width > 1e6) return "large";
      const input = await recipe({ width: 50, height: 40, data } as Parameters<typeof recipe>[0]);
      const text = `${input.shape}`;
      input.dispose();
      return text;
    },
    complaint: (error) => complaintOf(error, ["TypeError", "RangeError"]),
  };
}
