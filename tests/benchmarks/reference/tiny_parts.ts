/** The smallest parts that go the whole way, and data for them. */
import { join } from "node:path";
import type { ReferencePart } from "../../../benchmarks/reference/part.ts";
import { encodeJpeg } from "../../../datasets/images/jpeg.ts";
import { packTar } from "../../datasets/archives/pack.ts";
import { put } from "../../datasets/files.ts";
import { writeData } from "../ade20k_data.ts";

/** Cells of two steps on pictures of 32 pixels; nothing is timed, as in every part. */
const tiny = "--backend wasm --set duration=2ba --set imageSize=32 --set timingRounds=0 " +
  "--set evaluations=1 --set checkpointInterval=0ba";

const words = (line: string) => `${tiny} ${line}`.split(" ");

/** A part of two cells an arm, one that begins from its weights, and one of the other set. */
export const tinyParts: readonly ReferencePart[] = [
  {
    name: "scenes",
    question: "what WS does",
    stage: "main",
    suite: "ade20k",
    data: "camvid",
    words: words("--arms baseline,ws --seeds 0,1"),
  },
  {
    name: "pretrained",
    question: "what WS does to weights that were trained without",
    stage: "main",
    suite: "ade20k",
    data: "camvid",
    words: words("--arms pretrained --seeds 0"),
    startsFrom: { part: "scenes", arm: "baseline", seed: 1 },
  },
  {
    name: "pictures",
    question: "what WS does",
    stage: "pilot",
    suite: "imagenet",
    data: "cifar10",
    words: words("--arms baseline,ws --seeds 0 --set resizeTo=32 --set warmup=0ba --keep none"),
  },
];

/** Data of both sets in their layouts, below a folder: what names them on a command line. */
export async function writeSets(folder: string): Promise<string> {
  const [camvid, cifar10] = [join(folder, "camvid"), join(folder, "cifar10")];
  await writeData(camvid);
  for (const part of ["train", "test"]) {
    const entries: [string, Uint8Array][] = [];
    for (let i = 0; i < 24; i++) {
      const pixels = Uint8Array.from({ length: 32 * 32 * 3 }, (_, p) => (p * 5 + i * 37) % 256);
      const name = ["cat", "dog"][i % 2];
      entries.push([`${name}/${i}.jpg`, await encodeJpeg(pixels, 32, 32, 90)]);
    }
    await put(cifar10, `${part}.tar`, await packTar(...entries));
  }
  return `--camvid ${camvid} --cifar10 ${cifar10}`;
}
