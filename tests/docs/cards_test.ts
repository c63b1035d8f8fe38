/** The method card and the FAQ say what the code says, and their links and figure hold. */
import * as assert from "node:assert/strict";
import { claims } from "../../benchmarks/experiments/claims/table.ts";
import { colors, normalizationAxesSvg } from "../../docs/images/make_normalization_axes.ts";
import { variants } from "../../src/standardization/variants.ts";

const docs = new URL("../../docs/", import.meta.url);
const read = (path: string) => Deno.readTextFile(new URL(path, docs));
const pages = ["weight_standardization.md", "faq.md"];

/** Rows of the tables whose first cell matches, as cells without their spaces. */
function rows(page: string, first: RegExp): string[][] {
  return page.split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()))
    .filter(([cell]) => first.test(cell!));
}

Deno.test("the method card has every claim, with the published numbers", async () => {
  const table = rows(await read("weight_standardization.md"), /^C\d+$/)
    .filter((cells) => cells.length === 3); // the other one is of commands
  assert.deepEqual(table.map(([id]) => id), claims.map(({ id }) => id));
  for (const [i, { published }] of claims.entries()) {
    // Margins are not published: what follows a semicolon is ours.
    const numbers = published.split(";")[0]!.match(/\d+\.\d+/g) ?? [];
    for (const number of numbers) assert.ok(table[i]![1]!.includes(number), `C${i + 1}: ${number}`);
  }
});

Deno.test("the method card has every variant's formula", async () => {
  const named = rows(await read("weight_standardization.md"), /^`[a-zA-Z]+`/)
    .filter((cells) => cells.length === 4)
    .map(([name, , variance, denominator]) => [/\w+/.exec(name!)![0], variance, denominator]);
  const expected = Object.entries(variants).map(([name, formula]) => {
    const { divides, unbiased, epsilonOn, epsilon } = formula;
    if (!divides) return [name, "none", "`1`"];
    const small = epsilon.toExponential();
    const denominator = epsilonOn === "variance" ? `sqrt(var + ${small})` : `std + ${small}`;
    return [name, unbiased ? "unbiased" : "biased", `\`${denominator}\``];
  });
  assert.deepEqual(named, expected);
});

Deno.test("links of the method card and the FAQ lead somewhere", async () => {
  for (const page of pages) {
    const text = await read(page);
    const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link!)
      .filter((link) => !link.startsWith("https:"));
    assert.ok(links.length > 0, page);
    for (const link of links) {
      const [path, anchor] = link.split("#") as [string, string?];
      const target = await read(path === "" ? page : path);
      if (anchor === undefined) continue;
      assert.ok(anchors(target).includes(anchor), `${page}: ${link}`);
    }
  }
});

/** GitHub's: lower case, without punctuation, spaces as hyphens. */
function anchors(page: string): string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(" ", "-")
  );
}

Deno.test("the figure is what its program draws", async () => {
  const bare = (svg: string) => svg.replace(/\s+/g, "");
  const kept = await read("images/normalization_axes.svg");
  assert.equal(bare(kept), bare(await normalizationAxesSvg()));
});

Deno.test("the figure stands out from light and dark grounds", () => {
  for (const ground of ["#ffffff", "#0d1117"]) {
    assert.ok(contrast(colors.text, ground) > 4, `text on ${ground}`);
    assert.ok(contrast(colors.activations, ground) > 3, `activations on ${ground}`);
    assert.ok(contrast(colors.kernels, ground) > 3, `kernels on ${ground}`);
  }
});

/** WCAG's contrast ratio of two colours, `#rrggbb`. */
function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high! + 0.05) / (low! + 0.05);
}

function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
