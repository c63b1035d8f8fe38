import * as assert from "node:assert/strict";
import { absoluteLinks } from "../../packaging/links.ts";

const root = new URL("../../", import.meta.url);
const repository = "https://github.com/owner/name";

/** Every target of a link or a picture. */
function targets(markdown: string): string[] {
  const found = markdown.matchAll(/\]\(([^)]+)\)|\b(?:src|srcset|href)="([^"]+)"/g);
  return [...found].map(([, link, html]) => link ?? html ?? "");
}

Deno.test("absoluteLinks() leaves no relative link in the README, and leads to files that are there", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", root));
  const relative = targets(readme).filter((target) => !/^(https:|#)/.test(target));
  assert.ok(relative.length > 10);
  const absolute = targets(absoluteLinks(readme, repository));
  assert.equal(absolute.length, targets(readme).length);
  assert.deepEqual(absolute.filter((target) => !/^(https:|#)/.test(target)), []);
  for (const target of absolute.filter((target) => target.startsWith(repository))) {
    const [, kind, path = ""] = /\/(blob|raw)\/HEAD\/([^#]+)/.exec(target) ?? [];
    assert.ok((await Deno.stat(new URL(path, root))).isFile, target);
    assert.equal(kind, /\.(svg|png)$/.test(path) ? "raw" : "blob", target);
  }
});

Deno.test("absoluteLinks() leaves texts and no pictures when no repository is known", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", root));
  const plain = absoluteLinks(readme, undefined);
  assert.ok(targets(plain).every((target) => /^(https:|#)/.test(target)), `${targets(plain)}`);
  assert.doesNotMatch(plain, /<img|<picture|<source/);
  assert.match(plain, /Deno\]\(https:\/\/deno\.com\)/);
  assert.match(plain, /FAQ · *\n?Predictions/);
});

Deno.test("absoluteLinks() heeds pictures of Markdown, other sites and places on the page", () => {
  const markdown =
    '![a](b.png) [c](d.md#e) [f](#g) [h](https://i.org/j) <img src="https://k/l.png">';
  assert.equal(
    absoluteLinks(markdown, repository),
    `![a](${repository}/raw/HEAD/b.png) [c](${repository}/blob/HEAD/d.md#e) [f](#g) ` +
      '[h](https://i.org/j) <img src="https://k/l.png">',
  );
  assert.equal(
    absoluteLinks(markdown, undefined),
    ' c [f](#g) [h](https://i.org/j) <img src="https://k/l.png">',
  );
});
