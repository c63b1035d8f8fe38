import { plainTorchName } from "../torch_names.ts";
import { fail, listed } from "./fail.ts";
import { google } from "./google.ts";
import type { Layout } from "./layout.ts";
import { timm } from "./timm.ts";
import { torchvision } from "./torchvision.ts";
import { transformers } from "./transformers.ts";

/** The layouts that are read. */
const layouts: readonly Layout[] = [timm, transformers, google, torchvision];

/**
 * The layout of a file by its names.
 *
 * @param names all of its tensors'
 * @returns the layout
 * @throws {TypeError} if it is none of those that are read, with the nearest one
 */
export function layoutOf(names: readonly string[]): Layout {
  const plain = names.map(plainTorchName);
  const lacks = (layout: Layout) =>
    layout.marks.filter((mark) => !plain.some((name) => mark.test(name)));
  const [nearest, ...others] = layouts.map((layout) => ({ layout, missing: lacks(layout) }))
    .toSorted((a, b) => a.missing.length - b.missing.length);
  if (nearest!.missing.length === 0) return nearest!.layout;
  const { layout, missing } = nearest!;
  const isNear = missing.length < layout.marks.length;
  const near = isNear
    ? `; nearest is ${layout.description}, but no name is like ${
      missing.map((m) => m.source).join(", ")
    }`
    : "";
  const known = [layout, ...others.map((other) => other.layout)].map((each) => each.description);
  fail(
    `the file must hold one of ${known.join("; ")}: its tensors are ${listed(names)}${near}`,
  );
}
