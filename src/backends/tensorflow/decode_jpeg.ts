/**
 * JPEG decoding by TensorFlow's library, a region at a time: several times as fast as the same
 * codec in WebAssembly. A loader imports this module by its URL, and each of its workers makes its
 * own decoder and context.
 *
 * @module
 */
import { cString, eagerAttributeSetter, toOperationAttributes } from "./attributes.ts";
import { createContext } from "./context.ts";
import { TF } from "./dtypes.ts";
import { openLibrary } from "./library.ts";
import { Status } from "./status.ts";
import type { TensorFlowLibrary } from "./symbols.ts";

/** A rectangle of a picture's pixels. */
export interface Rectangle {
  /** Leftmost column. */
  readonly x: number;
  /** Topmost row. */
  readonly y: number;
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
}

/** Decoded pixels: `data` is RGB, `[height, width, 3]`, its first pixel column `x` of row `y`. */
export interface DecodedRegion extends Rectangle {
  readonly data: Uint8Array;
}

/** Decodes a region that holds `window` of a JPEG of that size. */
export type DecodeJpeg = (
  bytes: Uint8Array,
  window: Rectangle,
  picture: { readonly width: number; readonly height: number },
) => DecodedRegion;

const OPERATION = "DecodeAndCropJpeg";

/** libjpeg's default; TensorFlow's own choice is faster and less exact. */
const ATTRIBUTES = toOperationAttributes({
  channels: { int: 3 },
  ratio: { int: 1 },
  fancy_upscaling: true,
  try_recover_truncated: false,
  acceptable_fraction: { float: 1 },
  dct_method: "INTEGER_ACCURATE",
});

/** Bytes of one `TF_TString`, and of a window's four numbers. */
const STRING_BYTES = 24n, WINDOW_BYTES = 16n;

/**
 * Makes a decoder of baseline and progressive JPEGs with 1 or 3 components, whose pixels equal
 * libjpeg's (and Pillow's) of the whole picture on every byte, where the file is intact.
 *
 * The result's bytes are TensorFlow's memory, and valid until the next call. A decoder is never
 * freed: it lives as long as its thread.
 *
 * @returns the decoder; it throws `TensorFlowError` if the bytes are not a JPEG, or end before the
 *   window's last row. libjpeg only warns of corrupt data in between, on standard error, and
 *   continues: other decoders refuse such a file, or give other pixels
 * @throws {TensorFlowLibraryError} where TensorFlow's library is absent, too old, or of another
 *   architecture
 */
export default function createDecoder(): Promise<DecodeJpeg> {
  return Promise.resolve(new JpegDecoder(openLibrary()).decode);
}

/**
 * One operation and its two inputs, used again for every picture. It owns its context, status,
 * operation, inputs and the last result.
 */
class JpegDecoder {
  readonly #library: TensorFlowLibrary;
  readonly #status: Status;
  readonly #operation: Deno.PointerValue;
  readonly #file: Deno.PointerValue;
  readonly #inputs: readonly Deno.PointerValue[];
  readonly #window: Int32Array;
  readonly #output = new BigUint64Array(1);
  readonly #count = new Int32Array(1);
  #result: Deno.PointerValue = null;

  constructor(library: TensorFlowLibrary) {
    this.#library = library;
    this.#status = new Status(library);
    const threads = { device: "cpu", intraOpThreads: 1, interOpThreads: 1 } as const;
    const context = createContext(library, this.#status, threads);
    this.#operation = library.TFE_NewOp(context, cString(OPERATION), this.#status.pointer);
    this.#status.check(OPERATION);
    const setAttribute = eagerAttributeSetter(library);
    for (const attribute of ATTRIBUTES) setAttribute(this.#operation, attribute);
    const file = library.TF_AllocateTensor(TF.STRING, new BigInt64Array(1), 0, STRING_BYTES);
    const window = library.TF_AllocateTensor(TF.INT32, BigInt64Array.of(4n), 1, WINDOW_BYTES);
    this.#file = library.TF_TensorData(file);
    library.TF_StringInit(this.#file);
    this.#window = new Int32Array(bufferOf(library.TF_TensorData(window), Number(WINDOW_BYTES)));
    this.#inputs = [this.#toHandle(file), this.#toHandle(window)];
  }

  readonly decode: DecodeJpeg = (bytes, window, picture) => {
    checkWindow(window, picture);
    const wanted = widened(window, picture.width);
    const copied = bytes as Uint8Array<ArrayBuffer>; // TensorFlow copies them, and keeps none
    this.#library.TF_StringCopy(this.#file, copied, BigInt(bytes.length));
    this.#window.set([wanted.y, wanted.x, wanted.height, wanted.width]);
    this.#library.TF_DeleteTensor(this.#result);
    this.#result = null;
    this.#result = this.#execute();
    const size = 3 * wanted.width * wanted.height;
    const there = Number(this.#library.TF_TensorByteSize(this.#result));
    if (there !== size) {
      throw new RangeError(`Cannot decode a JPEG as ${size} bytes, it has ${there}`);
    }
    const data = new Uint8Array(bufferOf(this.#library.TF_TensorData(this.#result), size));
    return { ...wanted, data };
  };

  /** The output's tensor, which the caller deletes. */
  #execute(): Deno.PointerValue {
    const library = this.#library, status = this.#status.pointer;
    // Attributes stay with an operation that has run, inputs do not.
    for (const input of this.#inputs) library.TFE_OpAddInput(this.#operation, input, status);
    this.#count[0] = 1;
    library.TFE_Execute(this.#operation, this.#output, this.#count, status);
    this.#status.check(OPERATION);
    const handle = Deno.UnsafePointer.create(this.#output[0] ?? 0n);
    const tensor = library.TFE_TensorHandleResolve(handle, status);
    library.TFE_DeleteTensorHandle(handle);
    this.#status.check("TFE_TensorHandleResolve");
    return tensor;
  }

  /** A handle that shares the tensor's memory. */
  #toHandle(tensor: Deno.PointerValue): Deno.PointerValue {
    const handle = this.#library.TFE_NewTensorHandle(tensor, this.#status.pointer);
    this.#status.check("TFE_NewTensorHandle");
    return handle;
  }
}

/** TensorFlow would be told other numbers than these, and memory beside the result be read. */
function checkWindow(
  { x, y, width, height }: Rectangle,
  picture: { readonly width: number; readonly height: number },
): void {
  const isInside = [x, y, width, height].every(Number.isInteger) && x >= 0 && y >= 0 &&
    width > 0 && height > 0 && x + width <= picture.width && y + height <= picture.height;
  if (isInside) return;
  throw new RangeError(
    `Cannot decode a region as it must be of whole pixels inside of ${picture.width}×` +
      `${picture.height}: current value is ${width}×${height} at ${x}, ${y}`,
  );
}

/** Columns below which libjpeg repeats colours where it should interpolate them. */
const FEWEST_COLUMNS = 8;

/**
 * A column more on each side: where a region ends inside the picture, libjpeg interpolates the
 * colour of its outermost columns without their neighbours.
 */
function widened(window: Rectangle, pictureWidth: number): Rectangle {
  const left = Math.max(0, window.x - 1);
  const right = Math.max(window.x + window.width + 1, left + FEWEST_COLUMNS);
  const end = Math.min(pictureWidth, right);
  const x = Math.max(0, Math.min(left, end - FEWEST_COLUMNS));
  return { x, y: window.y, width: end - x, height: window.height };
}

function bufferOf(pointer: Deno.PointerValue, bytes: number): ArrayBuffer {
  if (pointer === null) throw new TypeError(`Cannot decode a JPEG as ${bytes} bytes are missing`);
  return Deno.UnsafePointerView.getArrayBuffer(pointer, bytes);
}
