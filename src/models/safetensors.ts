import { byteLengthOf, dtypes } from "./safetensors_dtypes.ts";
import { checkFile, fail, metadataName, parseHeader } from "./safetensors_header.ts";
import { foreignFormat } from "./weight_formats.ts";

/** A tensor as a file holds it. */
export interface SafetensorsTensor {
  /** The type of its numbers, `"F32"`, `"I64"`, … */
  readonly dtype: string;
  /** Its shape, `[]` for a single number. */
  readonly shape: readonly number[];
  /** Its numbers, little-endian, row-major; a view of the file where it was read from one. */
  readonly bytes: Uint8Array;
}

/** What a file holds. */
export interface Safetensors {
  /** The tensors by name. */
  readonly tensors: ReadonlyMap<string, SafetensorsTensor>;
  /** Texts by name, as the writer liked. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** Bytes of the header's length, the first in a file; the header is padded to a multiple of it. */
const lengthBytes = 8;

/**
 * Reads a safetensors file: 8 bytes with the header's length, the header in JSON, the tensors'
 * bytes one after the other. The whole file is checked before anything is returned.
 *
 * Source: huggingface/safetensors.
 *
 * @param bytes the file
 * @returns its tensors, in the order of their bytes, as views of `bytes`
 * @throws {TypeError} if it is not such a file: cut off, no JSON, a name twice, an unknown type,
 *   tensors that overlap, leave gaps, or take other bytes than their shape asks for; the message
 *   names PyTorch's, NumPy's and other formats that it knows, and how to convert them
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  if (!(bytes instanceof Uint8Array)) {
    fail(`bytes must be a Uint8Array: current value is ${Object.prototype.toString.call(bytes)}`);
  }
  const foreign = foreignFormat(bytes);
  if (foreign !== undefined) fail(foreign);
  const { length } = bytes;
  checkFile(length >= lengthBytes, `bytes must be ${lengthBytes} or more`, length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rest = bytes.subarray(lengthBytes);
  const headerLength = view.getBigUint64(0, true);
  if (headerLength > rest.length) {
    const start = new TextDecoder("latin1").decode(bytes.subarray(0, 24));
    fail(
      `the header's length must be <= ${rest.length} bytes: current value is ${headerLength}; the file ` +
        `is cut off, or of another format: it begins with ${JSON.stringify(start)}`,
    );
  }
  const data = rest.subarray(Number(headerLength));
  const json = decodeText(rest.subarray(0, Number(headerLength)));
  const { tensors, metadata } = parseHeader(json, data.length);
  return {
    tensors: new Map(
      tensors.map(({ name, dtype, shape, offsets }) => [
        name,
        { dtype, shape, bytes: data.subarray(...offsets) },
      ]),
    ),
    metadata,
  };
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    fail("the header must be text in UTF-8");
  }
}

/**
 * Writes a safetensors file, the same bytes that the format's own library writes: wide types first,
 * so that every tensor begins at a multiple of its numbers' width, then by name.
 *
 * Source: huggingface/safetensors.
 *
 * @param file tensors and texts
 * @returns the file
 * @throws {TypeError} if a type is unknown, the number of bytes does not fit a shape, or a tensor
 *   has the name that the format reserves for texts
 */
export function writeSafetensors({ tensors, metadata }: Safetensors): Uint8Array<ArrayBuffer> {
  const sorted = [...tensors].sort(([a, { dtype: first }], [b, { dtype: second }]) =>
    dtypes.indexOf(second) - dtypes.indexOf(first) || (a < b ? -1 : 1)
  );
  const entries: [string, unknown][] = [];
  if (metadata.size > 0) entries.push([metadataName, Object.fromEntries(metadata)]);
  let position = 0;
  for (const [name, tensor] of sorted) {
    checkTensor(name, tensor);
    const { dtype, shape, bytes: { length } } = tensor;
    entries.push([name, { dtype, shape, data_offsets: [position, position + length] }]);
    position += length;
  }
  const header = encodeHeader(entries);
  const file = new Uint8Array(lengthBytes + header.length + position);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, lengthBytes);
  let offset = lengthBytes + header.length;
  for (const [, { bytes }] of sorted) {
    file.set(bytes, offset);
    offset += bytes.length;
  }
  return file;
}

function checkTensor(name: string, { dtype, shape, bytes }: SafetensorsTensor): void {
  const byteLength = byteLengthOf(dtype, shape);
  if (name !== metadataName && bytes.length === byteLength) return;
  const tensor = `tensor ${JSON.stringify(name)} of ${dtype} [${shape}]`;
  throw new TypeError(
    name === metadataName
      ? `Cannot write safetensors as a tensor's name must not be ${metadataName}`
      : Number.isNaN(byteLength)
      ? `Cannot write safetensors as dtype of ${tensor} must be one of ${dtypes.join(", ")}`
      : `Cannot write safetensors as ${tensor} must take ${byteLength} bytes: current value is ` +
        bytes.length,
  );
}

/** The header's JSON. An object would put names that look like integers first. */
function encodeHeader(entries: readonly [string, unknown][]): Uint8Array {
  const fields = entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const json = new TextEncoder().encode(`{${fields.join(",")}}`);
  const padded = new Uint8Array(Math.ceil(json.length / lengthBytes) * lengthBytes).fill(0x20);
  padded.set(json);
  return padded;
}
