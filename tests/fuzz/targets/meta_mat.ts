/** ImageNet's meta.mat: changed elements, plain and compressed anew. */
import { deflateSync, inflateSync } from "node:zlib";
import * as fc from "fast-check";
import { readSynsetsOfMeta } from "../../../datasets/imagenet/meta_mat.ts";
import { archiveFixture } from "../../datasets/fixtures/archives.ts";
import { complaintOf } from "../complaints.ts";
import { type Field, joined, mutated, ofBase64, type Seed } from "../mutate/bytes.ts";
import type { Target } from "../target.ts";

const file = "/imagenet/data/meta.mat";

/** The tags of elements, down into those that hold others. */
function tagsOf(bytes: Uint8Array, from: number, to: number, depth = 0): Field[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: Field[] = [];
  for (let at = from; at + 8 <= to;) {
    const first = view.getUint32(at, true);
    const isShort = first > 0xffff;
    const length = isShort ? first >>> 16 : view.getUint32(at + 4, true);
    fields.push({ at, size: 4 }, { at: at + 2, size: 2 }, { at: at + 4, size: 4 }, {
      at: at + 8,
      size: 4,
    });
    if (first === 14 && depth < 3) {
      fields.push(...tagsOf(bytes, at + 8, at + 8 + length, depth + 1));
    }
    at = isShort ? at + 8 : at + 8 + 8 * Math.ceil(length / 8);
  }
  return fields.filter(({ at, size }) => at + size <= bytes.length);
}

export function start(): Promise<Target> {
  const plain = ofBase64(archiveFixture.meta.plain);
  const packed = ofBase64(archiveFixture.meta.compressed);
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const inner = new Uint8Array(inflateSync(packed.subarray(136, 136 + view.getUint32(132, true))));
  const seeds: Seed[] = [
    { name: "plain", bytes: plain, fields: tagsOf(plain, 128, plain.length) },
    { name: "compressed", bytes: packed, fields: [{ at: 128, size: 4 }, { at: 132, size: 4 }] },
  ];
  const element: Seed = {
    name: "compressed anew",
    bytes: inner,
    fields: tagsOf(inner, 0, inner.length),
  };
  const repacked = mutated({ seeds: [element] }).map(({ bytes, made }) => {
    const data = deflateSync(bytes);
    const tag = new Uint8Array(8);
    new DataView(tag.buffer).setUint32(0, 15, true);
    new DataView(tag.buffer).setUint32(4, data.length, true);
    return { bytes: joined([packed.subarray(0, 128), tag, new Uint8Array(data)]), made };
  });
  return Promise.resolve({
    cases: fc.oneof({ weight: 1, arbitrary: mutated({ seeds }) }, {
      weight: 1,
      arbitrary: repacked,
    }),
    read: (bytes: Uint8Array) => JSON.stringify([...readSynsetsOfMeta(bytes, file)]),
    complaint: (error: Error) => complaintOf(error, ["DataError"], file),
  });
}
