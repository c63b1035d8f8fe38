/** Names that people choose, in what others open: spreadsheets, comments, pages. */
import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { overheadCsv } from "../../../benchmarks/timing/csv.ts";
import { overheadMarkdown } from "../../../benchmarks/timing/markdown.ts";
import { commentText } from "../../../benchmarks/report/comment.ts";
import { csvFiles } from "../../../benchmarks/report/csv.ts";
import { csvText } from "../../../benchmarks/report/csv_text.ts";
import { markdownFiles } from "../../../benchmarks/report/markdown.ts";
import { plain, unescaped } from "../../../benchmarks/report/markdown/table.ts";
import { trackerFiles } from "../../../benchmarks/report/trackers.ts";
import type { Result } from "../../../benchmarks/record/mod.ts";
import { blocksOf, recordOf, resultOf } from "../timing/synthetic.ts";
import { overhead, result } from "./synthetic.ts";

/** What spreadsheets take for a formula. */
const formulas = ["=1+1", "+1", "-1+cmd", "@SUM(A1)", "\t=1", "\r=1", "＝1"];

const attack =
  "@someone #12 GH-7 https://evil.example www.evil.example <b>x</b> ![x](y) &lt; $x$ ~~y~~";

/** A result in which whatever a person can name is hostile. */
function hostile(name: string): Result {
  const run = result({ overhead: overhead(30, 4) });
  const arms = run.arms.map((arm, i) => ({ ...arm, name: `${name} ${i}` }));
  const renamed = new Map(run.arms.map((arm, i) => [arm.name, arms[i]!.name]));
  return {
    ...run,
    title: name,
    suite: name,
    profile: name,
    config: { [name]: name },
    arms: arms.map((arm) => ({ ...arm, label: arm.name, description: name, algorithms: [name] })),
    data: { ...run.data, name, classNames: [name, `${name} too`] },
    environment: { ...run.environment, cpu: name, gpu: name },
    warnings: [{ code: name, message: name, advice: name }],
    cells: run.cells.map((cell) => ({
      ...cell,
      arm: renamed.get(cell.arm)!,
      sweep: name,
      metrics: { ...cell.metrics, [name]: -2.19 },
      ...(cell.seed === 0 && { status: "failed" as const, error: name }),
    })),
    overhead: run.overhead!.map((each) => ({
      ...each,
      arm: renamed.get(each.arm)!,
      baseline: renamed.get(each.baseline)!,
    })),
  };
}

Deno.test("csvText() keeps names from being formulas, and numbers numbers", () => {
  for (const formula of formulas) {
    const [header, row] = parse(csvText([formula], [[formula]]));
    assert.deepEqual([header, row], [[`'${formula}`], [`'${formula}`]]);
  }
  const numbers = [-2.19, -0, 1e-300, 0.1 + 0.2, -1e21];
  const [, row] = parse(csvText(["a", "b", "c", "d", "e"], [numbers]));
  assert.deepEqual(row!.map(Number), numbers.map((value) => value + 0));
  assert.equal(row![0], "-2.19");
  assert.deepEqual(parse(csvText(["a", "b"], [[NaN, "plain"]]))[1], ["", "plain"]);
});

Deno.test("no field of a CSV file is a formula, whatever arms, classes and metrics are called", () => {
  for (const formula of formulas) {
    const files = csvFiles(hostile(formula)).map(({ content }) => String(content));
    const measured = { ...recordOf("plain", blocksOf(2, 1)), name: formula };
    for (const text of [...files, overheadCsv(resultOf([measured]))]) {
      const fields = parse(text).flat();
      assert.ok(fields.some((field) => field.startsWith(`'${formula}`)));
      for (const field of fields) {
        if (!Number.isNaN(Number(field))) continue; // a number, or empty
        assert.doesNotMatch(field, /^[=+\-@\t\r＝]/);
      }
    }
    const rows: Record<string, string>[] = parse(files[0]!, { columns: true });
    const values = rows.filter(({ metric }) => metric === `'${formula}`).map(({ value }) => value);
    assert.ok(values.length > 0 && values.every((value) => value === "-2.19"));
  }
});

/** Markdown without blocks of code and comments, in which GitHub finds nobody. */
function prose(markdown: string): string {
  return markdown.replace(/^(`{3,}).*?^\1$/gms, "").replace(/<!--.*?-->/gs, "");
}

Deno.test("nobody is mentioned and nothing linked in a report or a comment", () => {
  const measured = resultOf([{ ...recordOf("plain", blocksOf(2, 1)), label: attack }]);
  const report = String(markdownFiles(hostile(attack))[0]!.content);
  const comment = commentText({ title: attack, reports: [report, report] });
  const tracked = trackerFiles(hostile(attack)).map(({ content }) => String(content)).join("");
  for (const text of [report, comment, overheadMarkdown({ ...measured, profile: attack })]) {
    assert.match(text, /@\u200bsomeone/);
    const linked = prose(text).match(/.{0,30}(@\w|(?<!&)#\d|GH-\d|:\/\/|www\.).*/g) ?? [];
    const markdown = prose(text).replace(/<summary>.*?<\/summary>/g, ""); // that is HTML
    const formatted = markdown.match(/.{0,30}(?<!\\)(<b>|!\[x|&lt;b|\$x|~~).*/g) ?? [];
    assert.deepEqual([...linked, ...formatted], []);
  }
  assert.match(tracked, /@\u200bsomeone/);
  assert.doesNotMatch(tracked, /@\w/);
});

Deno.test("plain() shows what it is given, and unescaped() takes it back", () => {
  const text = "a_b* `c` [d](e) <f> | g \\ & $h$ ~i~";
  assert.equal(unescaped(plain(text)), text);
  assert.equal(plain("a\u202eb\u0007c"), "abc");
});
