import assert from "node:assert/strict";
import { join } from "node:path";
import { writeSite } from "../../../benchmarks/site.ts";
import { readResult, writeResult } from "../../../benchmarks/record/mod.ts";
import { sweptResult } from "../timing/synthetic.ts";
import { result } from "./synthetic.ts";

Deno.test("writeSite() has every run's report, and a page that leads to them", async () => {
  const root = await Deno.makeTempDir({ prefix: "site-" });
  try {
    const [source, out] = [join(root, "reports"), join(root, "site")];
    const hostile = result({ seeds: [0, 1] });
    hostile.data.name = hostile.title = "<script>alert(1)</script>";
    await writeResult(join(source, "b run", "result.json"), result({ seeds: [0] }));
    await writeResult(join(source, "a", "result.json"), hostile);
    await writeResult(join(source, "steps", "result.json"), sweptResult());
    await Deno.mkdir(join(source, "no run"));
    assert.deepEqual(await writeSite(source, out), ["a", "b run", "steps"]);
    const index = await Deno.readTextFile(join(out, "index.html"));
    const links = [...index.matchAll(/href="([^"#]+\.html)"/g)].map(([, link]) => link!);
    assert.deepEqual(links, ["a/report.html", "b%20run/report.html", "steps/report.html"]);
    for (const link of links) assert.ok((await Deno.stat(join(out, decodeURI(link)))).isFile);
    assert.ok(!index.includes("<script>alert"));
    assert.match(index, /inconclusive<\/span> C2: /, "each with its answer");
    assert.match(index, /WS at imageSize 64: nothing beyond noise is added/);
    await Deno.mkdir(join(out, "demo"));
    await Deno.writeTextFile(join(out, "demo", "index.html"), "");
    await writeSite(source, out);
    assert.match(await Deno.readTextFile(join(out, "index.html")), /href="demo\/index.html"/);
    await assert.rejects(writeSite(out + "/a", root), /UsageError: .* holds no run$/);
    await assert.rejects(writeSite(join(root, "nowhere"), out), /UsageError: Cannot read /);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("writeSite() replaces an earlier run's report by a later one's, never the reverse", async () => {
  const root = await Deno.makeTempDir({ prefix: "site-" });
  try {
    const [source, out] = [join(root, "reports"), join(root, "site")];
    const [file, copy] = [join(source, "a/result.json"), join(out, "a/result.json")];
    await writeResult(file, result({ seeds: [0] }));
    await writeSite(source, out);
    const later = result({ seeds: [0, 1] });
    later.createdAt = "2026-01-03T03:04:05.000Z";
    await writeResult(file, later);
    await assert.rejects(
      writeSite(out, source),
      /UsageError: .*a as the run there is later, of 2026/,
    );
    assert.deepEqual(await readResult(file), later);
    await writeSite(source, out);
    assert.deepEqual(await readResult(copy), later);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
