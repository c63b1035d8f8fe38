/** The smallest runs of `bench:ade20k`, and data for them. */
import { join } from "node:path";
import { encodeJpeg } from "../../datasets/images/jpeg.ts";
import { encodeGrayPng } from "../../datasets/images/png.ts";

/** The smallest run that goes the whole way. */
export const tiny: string = "--set duration=2ba --set imageSize=32 --set generatedTraining=8 " +
  "--set generatedValidation=4 --set timingRounds=1 --set evaluations=1 --seeds 0 --backend wasm";

/** A data set of four images in ADE20k's layout. */
export async function writeData(folder: string, classes = 2): Promise<void> {
  const size = 32;
  for (const split of ["training", "validation"]) {
    await Deno.mkdir(join(folder, "images", split), { recursive: true });
    await Deno.mkdir(join(folder, "annotations", split), { recursive: true });
    for (let i = 0; i < 8; i++) {
      const pixels = Uint8Array.from({ length: size * size * 3 }, (_, p) => (p * 7 + i * 31) % 256);
      const labels = Uint8Array.from({ length: size * size }, (_, p) => 1 + (p + i) % classes);
      const jpeg = await encodeJpeg(pixels, size, size, 90);
      await Deno.writeFile(join(folder, "images", split, `${i}.jpg`), jpeg);
      const png = encodeGrayPng(labels, size, size);
      await Deno.writeFile(join(folder, "annotations", split, `${i}.png`), png);
    }
  }
  const names = Array.from({ length: classes }, (_, i) => `class ${i}`);
  await Deno.writeTextFile(join(folder, "classes.txt"), names.join("\n"));
}
