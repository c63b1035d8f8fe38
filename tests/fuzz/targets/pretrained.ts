/** Published checkpoints: their names, types and shapes with lies in them, their bytes as many as these ask for. */
import * as fc from "fast-check";
import { loadPretrained } from "../../../src/models/pretrained/load_pretrained.ts";
import * as tf from "../../../src/tf.ts";
import { bitFile } from "../../models/fixtures/bit.ts";
import { complaintOf } from "../complaints.ts";
import { joined } from "../mutate/bytes.ts";
import { mutatedTrees, type Node, textOf, treeOf } from "../mutate/json.ts";
import type { Case, Target } from "../target.ts";

const files = [
  "timm.safetensors",
  "transformers.safetensors",
  "authors.safetensors",
  "deep.safetensors",
] as const;

/** Gives each tensor the bytes that its shape asks for, where there can be such a tensor. */
function laidOut(tree: Node): number {
  let at = 0;
  if (!("members" in tree)) return at;
  for (const [, value] of tree.members) {
    if (!("members" in value)) continue;
    const text = (key: string) => {
      const found = value.members.find(([name]) => name === key)?.[1];
      return found === undefined ? "" : textOf(found);
    };
    const sizes = /^\[[\d,]*\]$/.test(text("shape"))
      ? JSON.parse(text("shape")) as number[]
      : undefined;
    const width =
      { '"F32"': 4, '"F16"': 2, '"BF16"': 2, '"F64"': 8, '"I64"': 8, '"U8"': 1 }[text("dtype")];
    const place = value.members.find(([name]) => name === "data_offsets");
    if (sizes === undefined || width === undefined || place === undefined) continue;
    const bytes = sizes.reduce((product, size) => product * size, width);
    if (!(bytes <= 1e6)) continue;
    place[1] = treeOf([at, at + bytes]);
    at += bytes;
  }
  return at;
}

export async function start(): Promise<Target> {
  await tf.setBackend("cpu");
  const seeds = files.map((name): [string, Node] => {
    const bytes = bitFile(name);
    const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
    return [name, treeOf(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))))];
  });
  const cases = fc.tuple(mutatedTrees(seeds), fc.nat(9)).map(([{ tree, made }, dice]): Case => {
    const count = dice === 0 ? 1000 : laidOut(tree);
    const json = new TextEncoder().encode(textOf(tree));
    const head = new Uint8Array(8);
    new DataView(head.buffer).setBigUint64(0, BigInt(json.length), true);
    const data = Uint8Array.from({ length: count }, (_, i) => (i * 7) % 61);
    return { bytes: joined([head, json, data]), made };
  });
  return {
    cases,
    async read(bytes) {
      const before = tf.memory().numTensors;
      const { model, description } = await loadPretrained(
        bytes,
        { classes: 3, variant: "timm", groups: 8 } as object,
      );
      model.dispose();
      const left = tf.memory().numTensors - before;
      if (left > 0) throw new Error(`it leaves ${left} tensors`);
      return description;
    },
    complaint: (error) => complaintOf(error, ["TypeError", "RangeError"]),
  };
}
