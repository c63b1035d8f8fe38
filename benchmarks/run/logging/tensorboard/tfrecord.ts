// @ts-types="npm:crc-32@1.2.2"
import crc32c from "crc-32/crc32c.js";

/**
 * A record of a TFRecord file: its length (8 bytes), the length's checksum (4), the bytes, and
 * theirs (4), all little-endian.
 *
 * Source: `tensorflow/core/lib/io/record_writer.h` of tensorflow/tensorflow.
 */
export function encodeTfRecord(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(12 + bytes.length + 4);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(bytes.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(bytes, 12);
  view.setUint32(12 + bytes.length, maskedCrc32c(bytes), true);
  return record;
}

/**
 * TFRecord's checksum: CRC-32C (Castagnoli), rotated right by 15 bits, plus a constant, so that the
 * checksum of data that hold checksums is none of a special kind.
 *
 * Source: `tensorflow/core/lib/hash/crc32c.h` of tensorflow/tensorflow.
 */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c.buf(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
