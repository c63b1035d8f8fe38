import assert from "node:assert/strict";
import { commentText } from "../../../benchmarks/report/comment.ts";
import { markdownFiles } from "../../../benchmarks/report/markdown.ts";
import { panel, result } from "./synthetic.ts";
import { hugeResult } from "./synthetic_huge.ts";

function report(run = result({ panels: [panel("a", 4, 3)] })): string {
  return String(markdownFiles(run)[0]!.content);
}

Deno.test("commentText() folds a report below its heading, without its pictures", () => {
  const text = commentText({ title: "t", reports: ["# Verdict\n\nfine\n", report()] });
  assert.match(text, /\n\n# Verdict\n\nfine\n\n<details><summary>DeepLabv3\+ with and without/);
  assert.match(text, /\n## Paired differences in mIoU \(%\)\n/);
  assert.doesNotMatch(text, /<picture>|!\[|curves\.svg|## Learning curves|## Predictions/);
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

Deno.test("commentText() links to GitHub's pages alone", () => {
  const link = (url: string) => commentText({ title: "t", link: url, reports: [] }).includes(url);
  assert.ok(link("https://github.com/a/b/actions/runs/1/artifacts/2"));
  assert.ok(!link("javascript:alert(1)"));
  assert.ok(!link("https://a.b/) [x](c"));
});

Deno.test("comment_command.ts says in a line that nobody takes the comment", async () => {
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
