/**
 * Changes of JSON: of its tree, so that the text stays JSON and reaches what reads its values, and of
 * the text. The tree knows what `JSON.parse` does not keep: a key twice, numbers as they are written.
 *
 * @module
 */
import * as fc from "fast-check";
import type { Case } from "../target.ts";

/** A piece of JSON: as text, a list, or members. */
export type Node = { raw: string } | { list: Node[] } | { members: [key: string, value: Node][] };

/** A value as a tree. */
export function treeOf(value: unknown): Node {
  if (Array.isArray(value)) return { list: value.map(treeOf) };
  if (typeof value === "object" && value !== null) {
    return { members: Object.entries(value).map(([key, value]) => [key, treeOf(value)]) };
  }
  return { raw: JSON.stringify(value) ?? "null" };
}

/** A tree as text. */
export function textOf(node: Node): string {
  if ("raw" in node) return node.raw;
  if ("list" in node) return `[${node.list.map(textOf).join(",")}]`;
  return `{${
    node.members.map(([key, value]) => `${JSON.stringify(key)}:${textOf(value)}`).join(",")
  }}`;
}

/** Values that readers tend not to expect. */
const rawValues = [
  ...[
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1",
    "-1",
    "2",
    "0.5",
    "1e999",
    "-1e999",
    "1e308",
    "1e-320",
  ],
  ...[
    "4294967296",
    "2147483648",
    "9007199254740991",
    "9007199254740993",
    "100000000",
    "NaN",
    "Infinity",
  ],
  ...['""', '"a"', '"__proto__"', '"\\ud800"', '"\\u0000"', '"NaN"', '"-0"', '"1e3"', '"../../x"'],
  ...["[]", "{}", "[[]]", "[null]", "[[0,0]]", '{"__proto__":null}', '{"__proto__":{"length":3}}'],
  ...[
    '{"length":-1}',
    '{"length":4294967296}',
    '{"toString":1}',
    '{"constructor":null}',
    '{"then":1}',
  ],
  `"${"x".repeat(3000)}"`,
  `${"[".repeat(12000)}${"]".repeat(12000)}`,
  `${'{"a":'.repeat(12000)}1${"}".repeat(12000)}`,
  `[${Array.from({ length: 2000 }, (_, i) => i).join(",")}]`,
];

const keys = [
  ...[
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "length",
    "then",
    "",
    "a",
    "0",
    "name",
  ],
  ...["\ud800", "\u0000", "a\nb", "é"],
];

const place = fc.nat(0x7fff_ffff);

const changes = fc.record({
  does: fc.constantFrom(
    ...([
      "value",
      "value",
      "value",
      "value",
      "drop",
      "drop",
      "drop",
      "rename",
      "twice",
      "twice again",
    ] as const),
    ...(["add", "wrap", "copy", "empty", "sibling"] as const),
  ),
  at: place,
  value: fc.nat(rawValues.length - 1),
  key: fc.nat(keys.length - 1),
  from: place,
});

type Change = typeof changes extends fc.Arbitrary<infer T> ? T : never;

/** Trees of changed JSON: up to four changes one after the other. */
export function mutatedTrees(seeds: readonly [name: string, tree: Node][]): fc.Arbitrary<
  { tree: Node; made: string }
> {
  return fc.record({
    seed: fc.nat(seeds.length - 1),
    changes: fc.array(changes, { maxLength: 4, size: "max" }),
  })
    .map(({ seed, changes }) => {
      const [name, tree] = seeds[seed]!;
      const changed = structuredClone(tree);
      const done = changes.map((change) => apply(changed, change));
      return { tree: changed, made: [name, ...done].join("; ") };
    });
}

/** Texts of changed JSON; one in ten has a change of its text, too. */
export function mutatedJson(
  seeds: readonly [name: string, value: unknown][],
): fc.Arbitrary<Case> {
  const trees = seeds.map(([name, value]): [string, Node] => [name, treeOf(value)]);
  return fc.tuple(
    mutatedTrees(trees),
    fc.nat(9),
    place,
    fc.constantFrom("cut", "\0", "\ufeff", ",", "}", '"', "\xff"),
  )
    .map(([{ tree, made }, dice, at, what]) => {
      const whole = textOf(tree);
      if (dice > 0) return { bytes: new TextEncoder().encode(whole), made };
      const cut = at % (whole.length + 1);
      const text = what === "cut"
        ? whole.slice(0, cut)
        : whole.slice(0, cut) + what + whole.slice(cut);
      const bytes = what === "\xff"
        ? Uint8Array.from(text, (char) => char.charCodeAt(0))
        : new TextEncoder().encode(text);
      return { bytes, made: `${made}; text: ${JSON.stringify(what)} at ${cut}` };
    });
}

/** Where a piece is: what holds it, and its place there. */
interface Spot {
  parent: { list: Node[] } | { members: [string, Node][] };
  index: number;
  path: string;
}

function spotsOf(node: Node, path = ""): Spot[] {
  if ("raw" in node) return [];
  const children: [string, Node][] = "list" in node
    ? node.list.map((child, i) => [`[${i}]`, child])
    : node.members.map(([key, child]) => [`.${key}`, child]);
  return children.flatMap(([step, child], index) => [
    { parent: node, index, path: `${path}${step}` },
    ...spotsOf(child, `${path}${step}`),
  ]);
}

function nodeAt({ parent, index }: Spot): Node {
  return "list" in parent ? parent.list[index]! : parent.members[index]![1];
}

function put({ parent, index }: Spot, node: Node): void {
  if ("list" in parent) parent.list[index] = node;
  else parent.members[index]![1] = node;
}

/** Changes a tree; says how. */
function apply(tree: Node, change: Change): string {
  const spots = spotsOf(tree);
  const spot = spots[change.at % Math.max(1, spots.length)];
  if (spot === undefined) return "nothing";
  const { parent, index, path } = spot;
  const raw: Node = { raw: rawValues[change.value]! };
  const key = keys[change.key]!;
  const said = (what: string) => `${change.does} ${path}${what}`;
  switch (change.does) {
    case "value":
      put(spot, raw);
      return said(` = ${raw.raw.slice(0, 40)}`);
    case "empty":
      put(spot, "list" in nodeAt(spot) ? { list: [] } : { members: [] });
      return said("");
    case "drop":
      if ("list" in parent) parent.list.splice(index, 1);
      else parent.members.splice(index, 1);
      return said("");
    case "rename":
      if ("members" in parent) parent.members[index]![0] = key;
      return said(` to ${JSON.stringify(key)}`);
    case "twice":
      if ("list" in parent) parent.list.push(structuredClone(parent.list[index]!));
      else parent.members.push([parent.members[index]![0], raw]);
      return said(` with ${raw.raw.slice(0, 40)}`);
    case "twice again":
      if ("list" in parent) parent.list.push(...structuredClone(parent.list));
      else parent.members.push(structuredClone(parent.members[index]!));
      return said("");
    case "add": {
      const node = nodeAt(spot);
      if ("members" in node) node.members.push([key, raw]);
      else if ("list" in node) node.list.push(raw);
      return said(` ${JSON.stringify(key)}: ${raw.raw.slice(0, 40)}`);
    }
    case "wrap":
      put(
        spot,
        change.from % 2 === 0 ? { list: [nodeAt(spot)] } : { members: [[key, nodeAt(spot)]] },
      );
      return said("");
    case "copy": {
      const other = spots[change.from % spots.length]!;
      put(spot, structuredClone(nodeAt(other)));
      return said(` from ${other.path}`);
    }
    case "sibling": {
      const node = nodeAt(spot);
      if ("raw" in node && /^-?\d/.test(node.raw)) {
        put(spot, { raw: String(Number(node.raw) + (change.from % 2 === 0 ? 1 : -1)) });
      }
      return said("");
    }
  }
}
