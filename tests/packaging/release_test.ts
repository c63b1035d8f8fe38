import assert from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import {
  changelogSection,
  checksOf,
  type Release,
  withImportLines,
} from "../../packaging/release/checks.ts";
import { taskFlags } from "../task_permissions.ts";

const root = new URL("../../", import.meta.url);
const { name, version } = config;
const readme = await Deno.readTextFile(new URL("README.md", root));

/** A release of which all holds. */
const sound: Release = {
  name: "@some/thing",
  version: "1.2.3",
  tag: "v1.2.3",
  changes: "",
  changelog: "# Changelog\n\n## 1.2.3\n\n### Part\n\n- It is new.\n\n## 1.2.2\n\n- Older.\n",
  readme: withImportLines({ readme, name: "@some/thing", version: "1.2.3" }),
};

const wrong = (release: Partial<Release>) =>
  checksOf({ ...sound, ...release }).flatMap(({ what, problem }) =>
    problem === undefined ? [] : [`${what}: ${problem}`]
  );

Deno.test("checksOf() lets a sound release pass", () => {
  assert.deepEqual(wrong({}), []);
});

Deno.test("checksOf() says what is wrong with a release, and what to do", () => {
  const cases: [Partial<Release>, RegExp][] = [
    [
      { changes: " M mod.ts\n?? new.ts" },
      /^nothing is uncommitted: commit or remove {2}M mod\.ts; \?\?/,
    ],
    [{ tag: undefined }, /^the tag is v1\.2\.3: there is none: git tag v1\.2\.3/],
    [{ tag: "v1.2.4" }, /^the tag is v1\.2\.3: it is "v1\.2\.4"/],
    [{ tag: "1.2.3" }, /^the tag is v1\.2\.3: it is "1\.2\.3"/],
    [{ changelog: "## Unreleased\n\n- New.\n" }, /section 1\.2\.3: rename "## Unreleased"/],
    [{ changelog: "## 1.2.3\n\n## 1.2.2\n" }, /section 1\.2\.3: it is empty/],
    [{ changelog: "## 1.2.30\n\n- No.\n" }, /section 1\.2\.3: rename/],
    [{ readme: sound.readme.replaceAll("1.2.3", "1.2.2") }, /^README\.md's import lines .*: run/],
  ];
  for (const [release, says] of cases) {
    const said = wrong(release);
    assert.equal(said.length, 1, said.join("\n"));
    assert.match(said[0]!, says);
  }
  assert.match(
    wrong({ version: "1.2" }).join("\n"),
    /deno\.json says "1\.2": write it like 1\.2\.3/,
  );
});

Deno.test("changelogSection() is the version's own, without its heading", () => {
  assert.equal(changelogSection(sound.changelog, "1.2.3"), "### Part\n\n- It is new.");
  assert.equal(changelogSection(sound.changelog, "1.2"), undefined);
});

Deno.test("README.md's import lines are of deno.json's name and version", () => {
  assert.equal(withImportLines({ readme, name, version }), readme);
  assert.ok(readme.includes(`deno add jsr:${name}@${version}`));
  assert.ok(readme.includes(`npm install ${name}@${version} @tensorflow/tfjs@4.22.0`));
  assert.throws(() => withImportLines({ readme: "# Other", name, version }), RangeError);
});

Deno.test({
  name: "deno task release --dry-run shows what would go out, asks nobody, and writes nothing",
  ignore: Deno.permissions.querySync({ name: "run" }).state !== "granted",
  fn: async () => {
    const modules = await Deno.realPath(new URL("node_modules", root)); // which may be a link
    const flags = taskFlags("release")
      .map((flag) => flag === "--allow-read=." ? `${flag},${modules}` : flag);
    const run = async (flags: string[], ...words: string[]) => {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", ...flags, "packaging/release/command.ts", ...words],
        cwd: root,
        env: { NO_COLOR: "1", HTTPS_PROXY: "http://127.0.0.1:9", HTTP_PROXY: "http://127.0.0.1:9" },
      }).output();
      const text = new TextDecoder();
      return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
    };
    const { code, stdout, stderr } = await run(
      flags,
      "--dry-run",
      "--files",
      "--tag",
      `v${version}`,
    );
    assert.equal(stderr, "");
    assert.equal(code, /^no: /m.test(stdout) ? 1 : 0);
    assert.match(stdout, new RegExp(`^yes: the tag is v${version}$`, "m"));
    assert.match(stdout, /^yes: README\.md's import lines are of this version$/m);
    for (const registry of ["npm", "JSR"]) assert.ok(stdout.includes(`To ${registry}, ${name}@`));
    const [, npm = "", jsr = ""] = stdout.split(/^To /m);
    for (const path of ["package.json", "mod.js", "mod.d.ts", "LICENSE", "src/files/mod.js"]) {
      assert.match(npm, new RegExp(`^ {2}${path} \\d+$`, "m"));
    }
    assert.doesNotMatch(npm, /^ {2}(src\/backends|benchmarks|tests)\//m);
    assert.match(jsr, /^ {2}mod\.ts \d+$/m);
    assert.match(jsr, /^ {2}src\/backends\/tensorflow\/mod\.ts \d+$/m);
    assert.doesNotMatch(jsr, /^ {2}(tests|reports|findings|packaging)\//m);
    assert.equal(jsr.match(/in all (\d+) files/)?.[1], `${jsr.match(/^ {2}\S+ \d+$/gm)?.length}`);
    assert.equal(await Deno.readTextFile(new URL("README.md", root)), readme);

    const typo = await run(flags, "--dry");
    assert.deepEqual([typo.code, typo.stdout], [2, ""]);
    assert.match(typo.stderr, /^error: Unknown option '--dry'/);
    const other = await run(flags, "--dry-run", "--repository", "nowhere");
    assert.match(other.stderr, /^error: .*--repository must be an https address/);
    const missing = await run(flags.filter((flag) => !flag.startsWith("--allow-run")), "--dry-run");
    assert.equal(missing.code, 2);
    assert.match(
      missing.stderr,
      /^error: Requires run .* --allow-run flag; `deno task release` runs/,
    );
  },
});
