/** What the page of preprocessing_test.ts runs. */
/// <reference lib="dom" />
import { models, tf } from "../../mod.ts";

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

/** A picture's numbers, as bytes. */
async function preprocess(config: object, picture: [number, number, string]): Promise<number[]> {
  await tf.setBackend("cpu");
  const [width, height, rgb] = picture;
  const batch = await models.preprocessing(config)({ width, height, data: bytesOf(rgb) });
  const values = await batch.data() as Float32Array;
  batch.dispose();
  return [...new Uint8Array(values.buffer, values.byteOffset, values.byteLength)];
}

/** How far this browser's pixels of a file are from others, all channels of all of them. */
async function compareDecoders(
  path: string,
  base64: string,
  colorSpaceConversion: ColorSpaceConversion,
): Promise<{ largest: number; sized: boolean }> {
  const expected = bytesOf(base64);
  const blob = await (await fetch(path)).blob();
  const bitmap = await createImageBitmap(blob, { imageOrientation: "none", colorSpaceConversion });
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d")!;
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]! - data[Math.floor(i / 3) * 4 + i % 3]!));
  }
  return { largest, sized: expected.length === data.length / 4 * 3 };
}

Object.assign(globalThis, { preprocess, compareDecoders });
