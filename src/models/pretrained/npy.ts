/**
 * NumPy's format of one array. npm's readers are not kept for weights: they know no bfloat16, don't
 * hold the bytes against the shape, and bring a stand-in for `fetch`.
 *
 * @module
 */
import type { SafetensorsTensor } from "../safetensors.ts";
import { byteLengthOf } from "../safetensors_dtypes.ts";
import { fail } from "./fail.ts";
import { reordered } from "./reordered.ts";

const magic = "\x93NUMPY";

/** safetensors' names of NumPy's types; JAX saves bfloat16 as two bytes without a type. */
const dtypes: ReadonlyMap<string, string> = new Map([
  ["<f4", "F32"],
  ["<f2", "F16"],
  ["<f8", "F64"],
  ["<i8", "I64"],
  ["<i4", "I32"],
  ["|u1", "U8"],
  ["|i1", "I8"],
  ["|b1", "BOOL"],
  ["|V2", "BF16"],
]);

/** The format's versions: all have these fields. */
const versions = [1, 2, 3];

/** A tuple of sizes, as Python writes it. */
const sizesOf = /'shape'\s*:\s*\(\s*((?:\d+\s*,\s*)*(?:\d+\s*,\s*\d+\s*)?)\)/;

/**
 * Reads an array.
 *
 * @param name its name, for messages
 * @param bytes what `numpy.save` wrote
 * @returns the array, row-major
 * @throws {TypeError} if it is not in the format, holds Python objects or a type that is not read,
 *   or other bytes than its shape asks for
 *
 * @see NumPy `numpy.lib.format`
 */
export function readNpy(name: string, bytes: Uint8Array): SafetensorsTensor {
  const { header, data } = partsOf(name, bytes);
  const descr = /'descr'\s*:\s*(?:'([^']*)'|(\[))/.exec(header);
  const [, order] = /'fortran_order'\s*:\s*(True|False)/.exec(header) ?? [];
  const [, sizes] = sizesOf.exec(header) ?? [];
  const isOnce = ["descr", "fortran_order", "shape"].every((key) =>
    header.split(`'${key}'`).length === 2
  );
  if (descr === null || order === undefined || sizes === undefined || !isOnce) {
    fail(
      `array ${name} must say its descr, fortran_order and shape, each once: its header is ` +
        JSON.stringify(header.slice(0, 120)),
    );
  }
  const dtype = dtypeOf(name, descr[1]);
  const shape = sizes.split(",").map((size) => size.trim()).filter(Boolean).map(Number);
  const byteLength = byteLengthOf(dtype, shape);
  if (data.length !== byteLength) {
    fail(
      `array ${name} of ${descr[1]} [${shape}] must take ${byteLength} bytes: ${data.length} are ` +
        "there; the file is cut off or damaged, fetch it again",
    );
  }
  if (order === "False" || shape.length < 2) return { dtype, shape, bytes: data };
  // What is column-major is row-major with the axes reversed.
  const axes = [...shape.keys()].reverse();
  return reordered({ dtype, shape: shape.toReversed(), bytes: data }, axes);
}

/** The header's text, and the array's bytes. */
function partsOf(name: string, bytes: Uint8Array): { header: string; data: Uint8Array } {
  const start = String.fromCharCode(...bytes.subarray(0, magic.length));
  if (start !== magic || bytes.length < 12) {
    fail(`array ${name} must be in NumPy's format: it begins with ${JSON.stringify(start)}`);
  }
  if (!versions.includes(bytes[6]!)) {
    fail(
      `array ${name} must be of NumPy's format ${versions.join(", ")}: its version is ${bytes[6]}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [begin, length] = bytes[6] === 1
    ? [10, view.getUint16(8, true)]
    : [12, view.getUint32(8, true)];
  const header = new TextDecoder().decode(bytes.subarray(begin, begin + length)).trim();
  return { header, data: bytes.subarray(begin + length) };
}

function dtypeOf(name: string, descr: string | undefined): string {
  if (descr?.slice(1).startsWith("O")) {
    fail(
      `array ${name} must hold numbers: it holds pickled Python objects, which run code when they ` +
        "are read, and are refused; save its numbers alone, by numpy.savez of a dict of arrays",
    );
  }
  const known = [...dtypes.keys()].join(", ");
  return dtypes.get(descr ?? "") ??
    fail(
      `array ${name} must be of one of ${known}: its descr is ${descr ?? "a structure"}; save it ` +
        'as float32, little-endian, by .astype("<f4")',
    );
}
