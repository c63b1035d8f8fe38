import assert from "node:assert/strict";
import { join } from "node:path";
import type { Document } from "../../../../benchmarks/report/document.ts";
import { escaped, latex } from "../../../../benchmarks/report/render/latex.ts";
import { latexOf } from "../forms.ts";
import { overhead, result } from "../synthetic.ts";

const hostile = String
  .raw`\input{/etc/passwd} \end{table} $x$ #1 a_b ^ ~ % {} & "q" <b> | [2] \\ − ± 漢 é`;

/** A table whose every text is hostile. */
const document: Document = {
  title: hostile,
  kicker: `${hostile}\n\\evil`,
  answer: [],
  blocks: [{
    kind: "table",
    paper: true,
    caption: hostile,
    columns: [hostile, "a number"],
    rows: [["[1] begins a row", { value: -1.5, digits: 1, best: true }], [hostile, {
      value: 2,
      digits: 1,
      unit: "%",
      range: { low: -1, high: 3 },
    }]],
  }],
};

const hasLatex = await (async () => {
  const { success } = await new Deno.Command("pdflatex", { args: ["-version"] }).output();
  return success;
})().catch(() => false); // a program that is not there is an error of `output` itself

Deno.test("latex() has the main table alone, with booktabs, numbers right and the best bold", () => {
  const text = latexOf(result({ overhead: overhead(30, 4) }))!;
  assert.equal(text.match(/\\begin\{table\}/g)?.length, 1);
  assert.match(text, /\\begin\{tabular\}\{lrrr\}\n {4}\\toprule\n {4}arm & seeds & mIoU \(\\%\) &/);
  assert.match(
    text,
    /WS, 15 ignored & 6 & \\textbf\{41\.\d\d \$\\pm\$ \d\.\d\d\} & \+[34]\.\d \\% \{\[\}/,
  );
  assert.match(text, /\\midrule[^]*\\bottomrule\n {2}\\end\{tabular\}\n\\end\{table\}\n$/);
});

Deno.test("latex() is none without a table for a paper", () => {
  assert.equal(latex({ ...document, blocks: [] }), undefined);
  assert.equal(latexOf(result({ cells: [] })), undefined);
});

Deno.test("escaped() leaves no sign that LaTeX acts on", () => {
  const text = escaped(hostile);
  const bare = text.replace(/\\text\w+\{\}|\$\\pm\$|\$-\$|\\[{}$&#_%]|\{[[\]]\}/g, "");
  assert.doesNotMatch(bare, /[\\{}$&#_%^~"<>|[\]]/);
  assert.match(bare, / \? é$/, "what the fonts lack is marked");
});

Deno.test("latex() keeps what is named out of the comment's line", () => {
  const [, comment, next] = latex(document)!.split("\n");
  assert.match(comment!, /^% /);
  assert.equal(next, "\\begin{table}");
});

Deno.test({
  name: "report.tex compiles, whatever arms are called",
  ignore: !hasLatex,
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "latex-" });
    try {
      await Deno.writeTextFile(join(folder, "report.tex"), latex(document)!);
      await Deno.writeTextFile(
        join(folder, "paper.tex"),
        String.raw`\documentclass{article}\usepackage{booktabs}\usepackage[T1]{fontenc}` +
          String.raw`\begin{document}\input{report.tex}\end{document}`,
      );
      const args = ["-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "paper.tex"];
      const { success, stdout } = await new Deno.Command("pdflatex", { args, cwd: folder })
        .output();
      const log = new TextDecoder().decode(stdout);
      assert.ok(success, log);
      assert.doesNotMatch(log, /passwd/);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
