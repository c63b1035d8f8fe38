/** The tables of claims in the READMEs: what the kept records give, and how they are made. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { claimPages } from "../../../benchmarks/claims.ts";
import { claims } from "../../../benchmarks/experiments/claims/table.ts";
import { longTable, shortTable } from "../../../benchmarks/reference/claim_tables.ts";
import { evidence } from "../../../benchmarks/reference/evidence.ts";
import { findingsOf, type Found, judgedIn } from "../../../benchmarks/reference/findings.ts";
import { repeating } from "../../../benchmarks/reference/repeating.ts";
import { notRun } from "../../../benchmarks/judge/claims/row.ts";
import { openRecord, writeResult } from "../../../benchmarks/record/mod.ts";
import { result } from "../report/synthetic.ts";
import { blocksOf, recordOf, resultOf } from "../timing/synthetic.ts";
import { taskFlags } from "../../task_permissions.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const mayRun = Deno.permissions.querySync({ name: "run" }).state === "granted";

/** A folder of reports of that: a record of timings in which WS adds 4 %, and one of cells. */
async function withReports(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "claims-" });
  try {
    const steps = ["plain", "ws"].map((name, i) => recordOf(name, blocksOf(30, 100 + 4 * i)));
    await writeResult(join(folder, "steps/result.json"), resultOf(steps));
    const trained = { ...result(), command: "deno task bench:ade20k --out a\ndeno task b|c" };
    await writeResult(join(folder, "trained/result.json"), trained);
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** All claims on reports that are not there, but for some. */
function evidenceOf(some: Record<string, string[]>): Record<string, string[]> {
  return { ...Object.fromEntries(claims.map(({ id }) => [id, ["later"]])), ...some };
}

const cellsOf = (table: string) =>
  table.split("\n").slice(2).map((line) =>
    line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim())
  );

Deno.test("the pages with tables of the kept records say what those give", async () => {
  for (const [path, text] of await claimPages(root)) {
    assert.equal(
      await Deno.readTextFile(join(root, path)),
      text,
      `the tables of ${path} are not what the records give: \`deno task report:claims\` mends it`,
    );
  }
});

Deno.test("a kept report that has a verdict on a claim is evidence for it", async () => {
  const page = await Deno.readTextFile(join(root, "reports/README.md"));
  const kept = new Set([...page.matchAll(/\]\(([^/)]+)\/report\.md\)/g)].map(([, name]) => name!));
  assert.ok(kept.size >= 15, [...kept].join());
  for (const name of kept) {
    const folder = join(root, "reports", name);
    const { record: { kind } } = await openRecord(folder);
    if (kind !== "cells" && kind !== "timings") continue;
    for (const { id, verdict } of (await judgedIn(folder))!.rows) {
      if (verdict === "not run" || verdict === "no verdict") continue;
      assert.ok(
        evidence[id]!.includes(name),
        `reports/${name} says of ${id}: ${verdict}; name it in benchmarks/reference/evidence.ts`,
      );
    }
  }
});

Deno.test("longTable() has a row for each claim and report, with what repeats it", async () => {
  await withReports(async (folder) => {
    const findings = await findingsOf(
      folder,
      evidenceOf({ C2: ["later", "trained"], C6: ["steps", "trained"] }),
    );
    const rows = cellsOf(longTable(findings));
    assert.deepEqual(
      rows.map(([claim]) => claim!.replaceAll("*", "").split(" ")[0]),
      ["C1", "C2", "C2", "C3", "C4", "C5", "C6", "C6", "C7", "C8", "C9", "C10"],
    );
    assert.deepEqual(rows[0]!.slice(1), ["not run yet", "–", "`later`", "–", "–", "–", "–"]);
    const [claim, verdict, ours, report, command, machine, date, commit] = rows[6]!;
    assert.equal(claim, "**C6** WS costs a small throughput degradation");
    assert.equal(verdict, "**reproduced** by a proxy: the interval lies within ±10 %");
    assert.equal(ours, "+4.0 % of a step, [+4.0, +4.0], n = 30");
    assert.equal(report, "[steps](steps/report.md)");
    assert.equal(command, "<code>deno task bench:overhead</code>");
    const { environment } = (await openRecord(join(folder, "steps"))).record;
    assert.ok(machine!.startsWith(`${environment.cpu}, ${environment.cores} core`), `${machine}`);
    assert.equal(date, "2026-01-02");
    assert.equal(commit, environment.commit ? `\`${environment.commit.slice(0, 8)}\`` : "–");
    assert.equal(rows[2]![0], "C2", "the statement is said once");
    assert.equal(
      rows[2]![4],
      "<code>deno task bench:ade20k (and 1 more: see the report)</code>",
    );
  });
});

Deno.test("shortTable() has a row for each claim: the first report's, and the others' verdicts", async () => {
  await withReports(async (folder) => {
    const few = evidenceOf({ C2: ["later", "trained"], C6: ["steps", "trained", "later"] });
    const findings = await findingsOf(folder, few);
    const rows = cellsOf(shortTable(findings));
    assert.deepEqual(
      rows.map(([claim]) => claim!.split("**")[1]),
      claims.map(({ id }) => id),
    );
    const verdict = (id: string) =>
      findings.find((found) => found.id === id && found.report === "trained")!.judged!.row.verdict;
    assert.deepEqual(rows[1]!.slice(1), [
      "not run yet",
      "–",
      `others: [${verdict("C2")}](reports/trained/report.md)`,
    ]);
    assert.deepEqual(rows[5]!.slice(1), [
      "**reproduced** by a proxy",
      "+4.0 % of a step, [+4.0, +4.0], n = 30",
      `[steps](reports/steps/report.md); others: [${verdict("C6")}](reports/trained/report.md)`,
    ]);
  });
});

Deno.test("longTable() lets no command end a column, a span or a tag", () => {
  const record = { ...resultOf([]), command: "a|b *c* <d> & `e` --set f=[g]" };
  const claim = { id: "C6", statement: "S", source: "", published: "" };
  const found: Found = {
    id: "C6",
    statement: "S",
    report: "x",
    judged: { row: { ...claim, ...notRun("r") }, record },
  };
  assert.equal(
    cellsOf(longTable([found]))[0]![4],
    "<code>a\\|b \\*c\\* &lt;d> &amp; \\`e\\` --set f=\\[g\\]</code>",
  );
});

Deno.test("findingsOf() refuses evidence that lacks a claim or names none, and records of others", async () => {
  await withReports(async (folder) => {
    const { C3: _, ...without } = evidenceOf({});
    await assert.rejects(findingsOf(folder, without), /^UsageError: .* it has none for C3$/);
    await assert.rejects(findingsOf(folder, evidenceOf({ C3: [] })), /it has none for C3$/);
    await assert.rejects(findingsOf(folder, evidenceOf({ C11: ["steps"] })), /it has C11$/);
    await assert.rejects(
      findingsOf(join(root, "reports"), evidenceOf({ C6: ["detection"] })),
      /must hold cells or timings: it holds detection; take it out of benchmarks\/reference\//,
    );
    await Deno.writeTextFile(join(folder, "steps/result.json"), "{");
    await assert.rejects(findingsOf(folder, evidenceOf({ C6: ["steps"] })), /^UsageError: /);
  });
});

Deno.test("repeating() names a part, and puts shards together", () => {
  const parts = [{ name: "a-proxy", data: "camvid" }] as const;
  const of = (name: string, ...lines: string[]) =>
    repeating(name, { command: lines.join("\n") }, parts);
  assert.equal(
    of("a-proxy", "deno task bench:ade20k --data /d"),
    "deno task bench:reference --camvid DIR a-proxy",
  );
  const suite = "deno task bench:ade20k --seeds 0,1";
  assert.equal(
    of("x", `${suite} --out a --shard 1/2 --resume`, `${suite} --out 'b c' --shard 2/2`),
    suite,
  );
  assert.equal(of("x", `${suite} --force --outer 1`), `${suite} --outer 1`);
  assert.equal(of("x", suite, "b", "c"), `${suite} (and 2 more: see the report)`);
});

Deno.test({
  name: "deno task report:claims writes its pages, with what its task is allowed",
  ignore: !mayRun,
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "claims-" });
    const run = async (flags: string[]) => {
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", ...flags, join(root, "benchmarks/claims.ts")],
        cwd: folder,
        env: { NO_COLOR: "1" },
      }).output();
      return { code, stderr: new TextDecoder().decode(stderr) };
    };
    try {
      await Deno.mkdir(join(folder, "reports/overhead-resnet50-cpu"), { recursive: true });
      await Deno.mkdir(join(folder, "docs"));
      for (const path of ["README.md", "reports/README.md", "docs/results.md"]) {
        await Deno.copyFile(join(root, path), join(folder, path));
      }
      const flags = taskFlags("report:claims");
      const whole = await run(flags);
      assert.equal(whole.code, 0, whole.stderr);
      const short = await Deno.readTextFile(join(folder, "README.md"));
      assert.doesNotMatch(short, /\*\*reproduced\*\*|others: /, "no record is there");
      assert.match(short, /\| \*\*C6\*\* [^|]*\| not run yet +\| – +\| – +\|\n/);
      assert.match(await Deno.readTextFile(join(folder, "reports/README.md")), /\| not run yet \|/);
      for (const kind of ["read", "write"]) {
        const less = flags.filter((flag) => !flag.startsWith(`--allow-${kind}`));
        const { code, stderr } = await run(less);
        assert.equal(code, 2, stderr);
        assert.match(stderr, new RegExp(`--allow-${kind} flag`));
      }
      await Deno.writeTextFile(join(folder, "README.md"), "# nothing");
      const { code, stderr } = await run(flags);
      assert.equal(code, 2);
      assert.match(stderr, /error: Cannot write tables into README\.md as it has no place for any/);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
