import assert from "node:assert/strict";
import { type Outcome, Runner } from "./action.ts";

/** A GitHub on whose pull request there are the comments that lie in the runner's folder. */
const gh = `
case "$*" in
*graphql*) echo "\${LOGIN:-a refusal}"; [ -n "\${LOGIN:-}" ] ;;
*--jq*) jq --raw-output "\${!#}" "$RUNNER_TEMP/comments.json" ;;
*) [ -z "\${FORBIDDEN:-}" ] || { echo "HTTP 403" >&2; exit 1; }
  body=\${!#} && cp "\${body#body=@}" "$RUNNER_TEMP/sent" ;;
esac`;

const hasJq = await new Deno.Command("jq", { args: ["--version"] }).output()
  .then(({ success }) => success, () => false);

async function withRunner(
  test: (runner: Runner, run: (env: Record<string, string>) => Promise<Outcome>) => Promise<void>,
): Promise<void> {
  await using runner = await Runner.start();
  await runner.standIn("gh", gh);
  await runner.write("reports/comparison/report.md", "# No regression\n\nall is well\n");
  await runner.write("reports/head/report.md", "# DeepLabv3+\n\nthe branch's report\n");
  await runner.write("reports/base/report.md", "# DeepLabv3+\n\nthe base's report\n");
  await runner.write("temp/comments.json", "[]");
  await test(runner, (env) =>
    runner.run("publish.sh", {
      NAME: "My model",
      REPORTS: runner.path("reports"),
      REPORT_URL: "https://github.com/someone/something/actions/runs/1/artifacts/2",
      PR_NUMBER: "",
      GH_TOKEN: "secret",
      ...env,
    }));
}

Deno.test("publish.sh writes the summary: the comparison open, the report folded", async () => {
  await withRunner(async (_, run) => {
    const { code, summary, calls, log } = await run({});
    assert.equal(code, 0, log);
    assert.match(
      summary,
      /^<!-- weight-standardization: My model -->\n\n## My model\n\n# No regression\n\nall is well\n/,
    );
    assert.match(summary, /<details><summary>DeepLabv3\+<\/summary>\n\nthe branch's report\n/);
    assert.doesNotMatch(summary, /the base's report/);
    assert.match(summary, /\[Whole reports, with curves\]\(https:\/\/github\.com\/someone\//);
    assert.deepEqual(calls, [], "no pull request, no comment");
  });
});

/** A comment as GitHub tells of it. */
function comment(id: number, login: string, body: string) {
  return { id, user: { login }, body };
}

const marker = "<!-- weight-standardization: My model -->";
const bot = "github-actions[bot]";

/** What decides on a comment needs the program that GitHub's runners have. */
function commentTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: `publish.sh ${name}`, ignore: !hasJq, fn });
}

commentTest("comments once, and replaces its comment later", async () => {
  await withRunner(async (runner, run) => {
    const comments = "repos/someone/something/issues";
    const first = await run({ PR_NUMBER: "7", LOGIN: bot });
    assert.equal(first.code, 0, first.log);
    assert.match(String(first.calls[0]), /^gh api graphql .*viewer/);
    assert.match(String(first.calls[1]), new RegExp(`^gh api --paginate ${comments}/7/comments`));
    assert.match(String(first.calls[2]), new RegExp(`--method POST ${comments}/7/comments `));
    assert.equal(await Deno.readTextFile(runner.path("temp/sent")), first.summary);
    const ours = [123, 456].map((id) => comment(id, bot, first.summary));
    await runner.write("temp/comments.json", JSON.stringify(ours));
    const later = await run({ PR_NUMBER: "7", LOGIN: bot });
    assert.match(String(later.calls[2]), new RegExp(`--method PATCH ${comments}/comments/123 `));
    assert.equal(later.calls.length, 3);
  });
});

commentTest("leaves comments of others alone, whatever they begin with", async () => {
  await withRunner(async (runner, run) => {
    const others = [comment(1, "outsider", marker), comment(2, "github-actions", `${marker}\n`)];
    await runner.write("temp/comments.json", JSON.stringify(others));
    for (const LOGIN of [bot, ""]) {
      const { calls } = await run({ PR_NUMBER: "7", LOGIN });
      assert.match(String(calls.at(-1)), /--method POST /, "one of our own");
    }
    const ours = comment(3, bot, `${marker}\n`);
    await runner.write("temp/comments.json", JSON.stringify([...others, ours]));
    for (const LOGIN of [bot, ""]) {
      const { calls } = await run({ PR_NUMBER: "7", LOGIN });
      assert.match(String(calls.at(-1)), /--method PATCH \S+\/comments\/3 /);
    }
    const { calls } = await run({ PR_NUMBER: "7", LOGIN: "someone-else[bot]" });
    assert.match(String(calls.at(-1)), /--method POST /, "another token's comment is not ours");
  });
});

Deno.test("publish.sh names the commits that were compared", async () => {
  await withRunner(async (_, run) => {
    const [BASE_COMMIT, HEAD_COMMIT] = ["1".repeat(40), "2".repeat(40)];
    const { summary } = await run({ BASE_COMMIT, HEAD_COMMIT });
    assert.ok(summary.includes(`\n\nFrom ${BASE_COMMIT} to ${HEAD_COMMIT}\n\n# No regression\n`));
    assert.equal(summary.match(/No regression/g)?.length, 1, "the comparison is not folded below");
    assert.doesNotMatch((await run({ BASE_COMMIT: "", HEAD_COMMIT })).summary, /From /);
  });
});

Deno.test("publish.sh leaves a pull request alone that it may not write to, and does not fail", async () => {
  await withRunner(async (_, run) => {
    const { code, log, summary } = await run({ PR_NUMBER: "7", FORBIDDEN: "yes" });
    assert.equal(code, 0);
    assert.match(log, /::warning::The comment could not be written: .*pull-requests: write/);
    assert.match(summary, /all is well/);
  });
});

Deno.test("publish.sh says so where no report was written", async () => {
  await withRunner(async (_, run) => {
    const { code, summary } = await run({ REPORTS: "/nothing/here", REPORT_URL: "" });
    assert.equal(code, 0);
    assert.match(summary, /No report was written: the log of the job says why\./);
    assert.doesNotMatch(summary, /Whole reports/);
  });
});

Deno.test("publish.sh takes a name as text, whatever it holds", async () => {
  await withRunner(async (runner, run) => {
    const NAME = `--help --> <script> $(touch ${runner.path("owned")}) \`x\``;
    const { code, summary, log } = await run({ NAME, PR_NUMBER: "7" });
    assert.equal(code, 0, log);
    assert.match(summary.split("\n")[0]!, /^<!-- weight-standardization: [\w .-]+ -->$/);
    assert.doesNotMatch(summary, /(?<!\\)<script/);
    await assert.rejects(Deno.stat(runner.path("owned")), Deno.errors.NotFound);
  });
});
