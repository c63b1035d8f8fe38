/** NumPy's arrays: headers in its form with lies in them, and changed bytes. */
import * as fc from "fast-check";
import { readNpy } from "../../../src/models/pretrained/npy.ts";
import { complaintOf } from "../complaints.ts";
import { joined, mutated } from "../mutate/bytes.ts";
import type { Case, Target } from "../target.ts";
import { digest, second } from "./second.ts";

const widths: Readonly<Record<string, number>> = {
  "<f4": 4,
  "<f2": 2,
  "<f8": 8,
  "<i8": 8,
  "<i4": 4,
  "|u1": 1,
  "|i1": 1,
  "|b1": 1,
  "|V2": 2,
};

/** An array's file. */
export function npyFile(
  { version = 1, descr, order, shape, data, lie = 0 }: {
    version?: number;
    descr: string;
    order: string;
    shape: string;
    data: Uint8Array;
    lie?: number;
  },
): Uint8Array {
  const text = `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`;
  const begin = version === 1 ? 10 : 12;
  const padded = new TextEncoder().encode(
    `${text.padEnd(Math.ceil((text.length + begin + 1) / 64) * 64 - begin - 1)}\n`,
  );
  const head = new Uint8Array(begin);
  head.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  const view = new DataView(head.buffer);
  const length = Math.max(0, padded.length + lie);
  if (version === 1) view.setUint16(8, length, true);
  else view.setUint32(8, length, true);
  return joined([head, padded, data]);
}

const sizes = fc.oneof(
  { weight: 8, arbitrary: fc.nat(5) },
  { weight: 1, arbitrary: fc.constantFrom(65536, 2 ** 31, 2 ** 32, 2 ** 53, 1e21, 1e300, -1) },
);

/** Arrays, most of them as they should be. */
export const arrays: fc.Arbitrary<Case> = fc.record({
  version: fc.constantFrom(1, 1, 1, 2, 3, 0, 255),
  type: fc.constantFrom(
    ...Object.keys(widths),
    ...Object.keys(widths),
    ">f4",
    "|O",
    "<c8",
    "<U3",
    "<f16",
    "constructor",
    "__proto__",
  ),
  structured: fc.nat(19).map((n) => n === 0),
  order: fc.constantFrom("False", "False", "False", "True", "True", "None", "'False'", "1"),
  shape: fc.array(sizes, { maxLength: 5 }),
  form: fc.constantFrom(
    "tuple",
    "tuple",
    "tuple",
    "tuple",
    "tuple",
    "list",
    "long",
    "words",
    "twice",
  ),
  lie: fc.constantFrom(0, 0, 0, 0, 0, 1, -1, 64, 60000),
  more: fc.constantFrom(0, 0, 0, 0, 0, 1, -1, 8, -8),
}).map(({ version, type, structured, order, shape, form, lie, more }) => {
  const written = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = form === "list"
    ? `[${written}]`
    : form === "long"
    ? `(${shape.map((size) => `${size}L`).join(", ")})`
    : form === "words"
    ? `(${shape.map((size) => `0x${size.toString(16)}`).join(", ")})`
    : form === "twice"
    ? `(${written}), 'shape': (1,)`
    : `(${written})`;
  const count = shape.reduce((product, size) => product * size, widths[type] ?? 4);
  const length = Math.max(0, Math.min(1e5, Number.isSafeInteger(count) ? count : 0) + more);
  const data = Uint8Array.from({ length }, (_, i) => 31 * i + 1);
  const descr = structured ? `[('a', '<f4')]` : `'${type}'`;
  const made = JSON.stringify({ version, descr, order, text, lie, length });
  return { bytes: npyFile({ version, descr, order, shape: text, data, lie }), made };
});

export async function start(python: string | undefined): Promise<Target> {
  const seeds = [["matrix", "(2, 3)", "False"], ["by columns", "(2, 3)", "True"], [
    "number",
    "()",
    "False",
  ]]
    .map(([name, shape, order]) => ({
      name: name!,
      bytes: npyFile({
        descr: "'<f4'",
        order: order!,
        shape: shape!,
        data: new Uint8Array(shape === "()" ? 4 : 24),
      }),
      fields: [{ at: 6, size: 1 as const }, { at: 7, size: 1 as const }, {
        at: 8,
        size: 2 as const,
      }],
    }));
  const words = [
    "'shape': (",
    ")",
    ",",
    "{",
    "}",
    "'descr': '<f4'",
    "True",
    "9999999999999999999",
    " ",
    "#",
  ];
  return {
    cases: fc.oneof({ weight: 3, arbitrary: arrays }, {
      weight: 1,
      arbitrary: mutated({ seeds, words }),
    }),
    read(bytes) {
      const { dtype, shape, bytes: data } = readNpy("weights/kernel", bytes);
      return JSON.stringify([dtype, shape, digest(data)]);
    },
    complaint: (error) => complaintOf(error, ["TypeError"], "weights/kernel"),
    ...await second(python, "npy"),
  };
}
