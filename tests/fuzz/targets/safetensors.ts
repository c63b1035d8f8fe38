/** Files of safetensors: the header as a tree with lies in it, its length made right, and bytes. */
import * as fc from "fast-check";
import { readSafetensors, writeSafetensors } from "../../../src/models/safetensors.ts";
import { complaintOf } from "../complaints.ts";
import { joined, mutated, type Seed } from "../mutate/bytes.ts";
import { mutatedTrees, textOf, treeOf } from "../mutate/json.ts";
import type { Case, Target } from "../target.ts";
import { digest, second } from "./second.ts";

const header = {
  __metadata__: { format: "pt", step: "3" },
  a: { dtype: "F32", shape: [2, 2], data_offsets: [0, 16] },
  b: { dtype: "BF16", shape: [], data_offsets: [16, 18] },
  c: { dtype: "BOOL", shape: [0, 5], data_offsets: [18, 18] },
  "d/é": { dtype: "I64", shape: [1], data_offsets: [18, 26] },
};
const small = { w: { dtype: "U8", shape: [26], data_offsets: [0, 26] } };
const packed = { w: { dtype: "F4", shape: [4, 13], data_offsets: [0, 26] } };

const dataBytes = Uint8Array.from({ length: 26 }, (_, i) => 7 * i);

function packedFile(json: Uint8Array, length: number, data: Uint8Array): Uint8Array {
  const head = new Uint8Array(8);
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  return joined([head, json, data]);
}

function seeds(): Seed[] {
  const tensor = { dtype: "F32", shape: [3], bytes: new Uint8Array(12) };
  const files: [string, Uint8Array][] = [
    ["one tensor", writeSafetensors({ tensors: new Map([["a", tensor]]), metadata: new Map() })],
    ["nothing", writeSafetensors({ tensors: new Map(), metadata: new Map() })],
    [
      "texts",
      writeSafetensors({ tensors: new Map([["b", tensor]]), metadata: new Map([["k", "v"]]) }),
    ],
  ];
  return files.map(([name, bytes]) => ({ name, bytes, fields: [{ at: 0, size: 8 }] }));
}

const trees = mutatedTrees([
  ["several tensors", treeOf(header)],
  ["one of bytes", treeOf(small)],
  ["one of halves of bytes", treeOf(packed)],
]);

const built = fc.tuple(
  trees,
  fc.constantFrom(0, 0, 0, 0, 0, 0, 1, -1, 7, -7),
  fc.constantFrom(26, 26, 26, 26, 0, 25, 27),
)
  .map(([{ tree, made }, lie, count]): Case => {
    const json = new TextEncoder().encode(textOf(tree));
    const padded = joined([json, new Uint8Array((8 - json.length % 8) % 8).fill(0x20)]);
    const data = new Uint8Array(count);
    data.set(dataBytes.subarray(0, count));
    return {
      bytes: packedFile(padded, Math.max(0, padded.length + lie), data),
      made: `${made}; header's length ${lie} off, ${count} bytes of data`,
    };
  });

export async function start(python: string | undefined): Promise<Target> {
  return {
    cases: fc.oneof({ weight: 3, arbitrary: built }, {
      weight: 1,
      arbitrary: mutated({ seeds: seeds(), words: ['"a"', "{", "}", ":", ",", '"__proto__":'] }),
    }),
    read(bytes) {
      const rows = Array.from(
        readSafetensors(bytes).tensors,
        ([name, { dtype, shape, bytes }]) => [name, dtype, shape, digest(bytes)] as const,
      );
      return JSON.stringify(rows.sort(([a], [b]) => a < b ? -1 : Number(a > b)));
    },
    complaint: (error) => complaintOf(error, ["TypeError"], "safetensors"),
    ...await second(python, "safetensors"),
  };
}
