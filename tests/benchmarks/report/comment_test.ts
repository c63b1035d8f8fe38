import assert from "node:assert/strict";
import { commentText } from "../../../benchmarks/report/comment.ts";
import { markdownOf } from "./forms.ts";
import { panel, result } from "./synthetic.ts";
import { hugeResult } from "./synthetic_huge.ts";

function report(run = result({ panels: [panel("a", 4, 3)] })): string {
  return markdownOf(run);
}

Deno.test("commentText() folds a report below its heading, without its pictures", () => {
  const text = commentText({ title: "t", reports: ["# Verdict\n\nfine\n", report()] });
  assert.match(text, /\n\n# Verdict\n\nfine\n\n<details><summary>DeepLabv3\+ with and without/);
  assert.match(text, /\n## Differences\n/);
  assert.doesNotMatch(text, /<picture>|!\[|curves\.svg|## Learning curves|## Predictions/);
  assert.doesNotMatch(
    text,
    /## Environment|## How to repeat it|deno task/,
    "these are the runner's",
  );
  const count = (pattern: RegExp) => text.match(pattern)?.length;
  assert.equal(count(/<details>/g), count(/<\/details>/g));
});

Deno.test("commentText() fits a comment, however much there is to say", () => {
  const many = Array(20).fill(report(hugeResult())) as string[];
  const text = commentText({ title: "t".repeat(1_000), reports: many });
  assert.ok(text.length < 65_536);
  assert.match(text, /_Too long to stand here: the uploaded reports have it\._/);
  assert.ok(text.split("\n")[0]!.length < 200);
});

Deno.test("commentText() names the commits, which GitHub links, and nothing else in their place", () => {
  const [base, head] = ["a1".repeat(20), "b2".repeat(20)];
  const text = (commits: { base: string; head: string }) =>
    commentText({ title: "t", commits, reports: ["# Verdict"] });
  assert.match(text({ base, head }), new RegExp(`\\n\\nFrom ${base} to ${head}\\n\\n# Verdict`));
  for (const other of ["", "main", "@someone", "<b>"]) {
    assert.doesNotMatch(text({ base, head: other }), /From /);
  }
});

Deno.test("commentText() links to GitHub's pages alone", () => {
  const link = (url: string) => commentText({ title: "t", link: url, reports: [] }).includes(url);
  assert.ok(link("https://github.com/a/b/actions/runs/1/artifacts/2"));
  assert.ok(!link("javascript:alert(1)"));
  assert.ok(!link("https://a.b/) [x](c"));
});

Deno.test("comment.ts says in a line that nobody takes the comment", async () => {
  const program = new URL("../../../benchmarks/comment.ts", import.meta.url).pathname;
  const args = ["run", "--allow-read", program, "--title=t", program];
  const process = new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "piped" })
    .spawn();
  const [{ code }, stderr] = await Promise.all([
    process.status,
    new Response(process.stderr).text(),
    process.stdout.cancel(),
  ]);
  assert.match(stderr, /^error: Cannot print the comment: .*\n$/);
  assert.equal(code, 2);
});
