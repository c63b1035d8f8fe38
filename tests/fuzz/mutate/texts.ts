/**
 * Changes of texts that are lists of lines.
 *
 * @module
 */
import * as fc from "fast-check";
import type { Case } from "../target.ts";
import { mutated, type Seed } from "./bytes.ts";

/** What may stand in a line, whatever the list. */
const oddLines = [
  ...[
    "",
    " ",
    "\t",
    "#",
    "a b c",
    "../../x",
    "/",
    "\\",
    "\0",
    "\ufeff",
    "\ufffd",
    "é",
    "e\u0301",
    "💥",
    "a".repeat(5000),
  ],
  ...[
    "__proto__",
    "constructor",
    "-1",
    "1e3",
    "0x10",
    "NaN",
    "99999999999999999999",
    '"',
    "'",
    ",",
    ";",
    "a,b",
    "\r",
  ],
];

/** Texts of lines: those of the format, odd ones, in any order and number; and changed bytes. */
export function lists(
  { lines, seeds, words = [] }: {
    /** Lines as the format has them, or nearly. */
    lines: readonly string[];
    /** Whole texts that are valid. */
    seeds: readonly string[];
    words?: readonly string[];
  },
): fc.Arbitrary<Case> {
  const line = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...lines) },
    { weight: 1, arbitrary: fc.constantFrom(...oddLines) },
    { weight: 1, arbitrary: fc.string({ maxLength: 20, unit: "binary" }) },
  );
  const built = fc.tuple(
    fc.array(line, { maxLength: 8 }),
    fc.constantFrom("\n", "\n", "\n", "\r\n", "\r", "\n\n"),
    fc.constantFrom("", "", "\n", "\ufeff"),
    fc.constantFrom(1, 1, 1, 1, 400),
  ).map(([all, end, mark, times]): Case => {
    const text = mark + Array.from({ length: times }, () => all.join(end)).join(end) + end;
    return { bytes: new TextEncoder().encode(text), made: JSON.stringify(text.slice(0, 300)) };
  });
  const files = seeds.map((text, i): Seed => ({
    name: `list ${i}`,
    bytes: new TextEncoder().encode(text),
  }));
  const all = [
    ...words,
    ...lines,
    "\n",
    "\r\n",
    "\ufeff",
    Uint8Array.of(0xff, 0xfe),
    Uint8Array.of(0xc3),
  ];
  return fc.oneof({ weight: 2, arbitrary: built }, {
    weight: 1,
    arbitrary: mutated({ seeds: files, words: all }),
  });
}
