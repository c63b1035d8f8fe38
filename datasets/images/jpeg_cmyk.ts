/**
 * JPEGs of four components (CMYK and YCCK), which are rare among photographs, 22 of them in
 * ImageNet: by libjpeg-turbo compiled to WebAssembly (`@cwasm/jpeg-turbo`), as the other codec's
 * build decodes to RGB alone.
 *
 * @module
 */
import { DataError } from "../errors.ts";
import type { JpegHeader } from "./jpeg_header.ts";
import type { RgbImage } from "../../src/pictures/picture.ts";

/** The exports of the module that are used, of the TurboJPEG API; addresses are numbers. */
interface TurboJpeg {
  memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  tjInitDecompress(): number;
  tjDecompressHeader3(
    handle: number,
    jpeg: number,
    bytes: number,
    width: number,
    height: number,
    subsampling: number,
    colorspace: number,
  ): number;
  tjDecompress2(
    handle: number,
    jpeg: number,
    bytes: number,
    pixels: number,
    width: number,
    pitch: number,
    height: number,
    pixelFormat: number,
    flags: number,
  ): number;
}

/** TJPF_CMYK: four bytes a pixel. */
const pixelFormat = 11;
/** Where this build of the library keeps its last message, which no function returns. */
const messageAddress = 12_176;
const longestMessage = 200;

let compiled: Promise<WebAssembly.Module> | undefined;

function compile(): Promise<WebAssembly.Module> {
  const url = new URL(import.meta.resolve("@cwasm/jpeg-turbo/jpeg-turbo.wasm"));
  return compiled ??= Deno.readFile(url).then((bytes) => WebAssembly.compile(bytes));
}

/** A fresh instance for each picture: nothing remains of the one before, even if it was damaged. */
async function start(): Promise<TurboJpeg> {
  const stop = (): never => {
    throw new Error("libjpeg gave up");
  };
  const { exports } = await WebAssembly.instantiate(await compile(), {
    env: { setjmp: () => 0, longjmp: stop },
    wasi_snapshot_preview1: {
      environ_sizes_get: () => 0,
      environ_get: stop,
      proc_exit: stop,
      fd_close: stop,
      fd_seek: stop,
      fd_write: stop,
    },
  });
  // The module's own interface, which its type does not describe.
  return exports as unknown as TurboJpeg;
}

/**
 * Decodes a CMYK or YCCK JPEG to RGB as Pillow does: the inks are taken to be inverted, as Adobe's
 * programs write them, and without any colour profile `R = K − (255 − C)·K / 255` of the inverted
 * inks, rounded; G and B likewise.
 *
 * @param bytes the file's bytes
 * @param header its header
 * @param file its path, for messages
 * @returns the picture
 * @throws {DataError} naming `file`, if it is damaged
 */
export async function decodeCmykJpeg(
  bytes: Uint8Array,
  { width, height }: JpegHeader,
  file: string,
): Promise<RgbImage> {
  const turbo = await start();
  const jpeg = turbo.malloc(bytes.length);
  const inks = turbo.malloc(4 * width * height);
  if (jpeg === 0 || inks === 0) throw unusable(file, `too little memory for ${width}×${height}`);
  new Uint8Array(turbo.memory.buffer, jpeg, bytes.length).set(bytes);
  let isComplete = false;
  try {
    isComplete = decodeInto(turbo, jpeg, bytes.length, inks, width, height);
  } catch {
    // The message says why.
  }
  const message = isComplete ? "" : lastMessage(turbo);
  // As elsewhere, stray bytes between segments are harmless, and missing data is not.
  if (!isComplete && !/^Corrupt JPEG data: \d+ extraneous/.test(message)) {
    throw unusable(file, message);
  }
  return { width, height, data: toRgb(new Uint8Array(turbo.memory.buffer, inks), width * height) };
}

function unusable(file: string, reason: string): DataError {
  return new DataError(
    `Cannot decode ${file} as a JPEG of four components (${reason}): copy it from its source again`,
  );
}

function decodeInto(
  turbo: TurboJpeg,
  jpeg: number,
  length: number,
  inks: number,
  width: number,
  height: number,
): boolean {
  const handle = turbo.tjInitDecompress();
  const header = turbo.malloc(16);
  // It fails for samplings that the library has no name for, and can still decode them.
  turbo.tjDecompressHeader3(handle, jpeg, length, header, header + 4, header + 8, header + 12);
  const pitch = 4 * width;
  return turbo.tjDecompress2(handle, jpeg, length, inks, width, pitch, height, pixelFormat, 0) ===
    0;
}

function lastMessage({ memory }: TurboJpeg): string {
  const bytes = new Uint8Array(memory.buffer, messageAddress, longestMessage);
  return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
}

function toRgb(inks: Uint8Array, pixels: number): Uint8Array {
  const rgb = new Uint8Array(3 * pixels);
  for (let i = 0; i < pixels; i++) {
    const black = inks[4 * i + 3] as number;
    for (let c = 0; c < 3; c++) {
      rgb[3 * i + c] = black - share(255 - (inks[4 * i + c] as number), black);
    }
  }
  return rgb;
}

/** `a · b / 255`, rounded, without a division. */
function share(a: number, b: number): number {
  const product = a * b + 128;
  return (product + (product >> 8)) >> 8;
}
