/** Opens the files of a report by what they are for. */
import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { decode } from "fast-png";
import { SaxesParser } from "saxes";
import * as v from "valibot";

/** One figure of a file for github-action-benchmark. */
export interface Figure {
  name: string;
  unit: string;
  value: number;
  range?: string;
  extra?: string;
}

/** The form that github-action-benchmark documents for its two custom tools. */
const figures: v.GenericSchema<unknown, Figure[]> = v.array(
  v.strictObject({
    name: v.string(),
    unit: v.string(),
    value: v.pipe(v.number(), v.finite()),
    range: v.exactOptional(v.string()),
    extra: v.exactOptional(v.string()),
  }),
);

/** The figures of a file for github-action-benchmark, which would refuse any other form. */
export function parseFigures(text: string): Figure[] {
  return v.parse(figures, JSON.parse(text));
}

/** Fails where a strict parser of XML does, or the file is no SVG. */
export function assertSvg(xml: string): void {
  const parser = new SaxesParser({ xmlns: true });
  const roots: string[] = [];
  parser.on("error", (error) => assert.fail(error));
  parser.on("opentag", ({ local, uri }) => roots.push(`${uri} ${local}`));
  parser.write(xml).close();
  assert.equal(roots[0], "http://www.w3.org/2000/svg svg");
}

/** Fails where a table has no rows, or one of them has another count of fields than its head. */
export function assertCsv(text: string): void {
  const rows: string[][] = parse(text, { relax_column_count: false });
  assert.ok(rows.length > 1);
}

/** Fails where a PNG has a wrong check sum, or no pixels. */
export function assertPng(bytes: Uint8Array): void {
  const { width, height } = decode(bytes, { checkCrc: true });
  assert.ok(width > 0 && height > 0);
}
