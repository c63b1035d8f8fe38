import assert from "node:assert/strict";
import { licencesIn } from "../../packaging/licences/allowed.ts";
import { problemsOf } from "../../packaging/licences/check.ts";
import { allWheels } from "../../packaging/licences/command.ts";
import { taskFlags } from "../task_permissions.ts";

const root = new URL("../..", import.meta.url).pathname;

const problems = (licence: string | undefined) =>
  problemsOf([{ name: "some", version: "1.2.3", licence }], []);

Deno.test("problemsOf() accepts what is listed, and all parts of an expression", () => {
  for (const licence of ["MIT", "(MIT AND Zlib)", "Apache-2.0 OR ISC"]) {
    assert.deepEqual(problems(licence), []);
  }
});

Deno.test("problemsOf() names a package whose licence is unknown, foreign or no expression", () => {
  assert.match(problems(undefined).join(), /^some@1\.2\.3 tells no licence: read it/);
  assert.match(problems("MIT AND GPL-3.0-only").join(), /GPL-3\.0-only is not accepted/);
  assert.match(problems("SEE LICENSE IN X").join(), /"SEE LICENSE IN X", which is no SPDX/);
  assert.match(problems("").join(), /no SPDX expression/);
});

Deno.test("problemsOf() asks for the licence of a wheel anew when its version changes", () => {
  assert.match(
    problemsOf([], [{ name: "tensorflow", version: "2.99.0" }]).join(),
    /^tensorflow@2\.99\.0 tells no licence/,
  );
  const own = [{ name: "some", version: "1.0.0", licence: "LicenseRef-NVIDIA-Proprietary" }];
  assert.match(problemsOf(own, []).join(), /not accepted/, "for NVIDIA's wheels alone");
  assert.deepEqual(problemsOf([], allWheels()), []);
  assert.equal(allWheels().length, 14);
});

Deno.test("licencesIn() reads lists, and nothing else", () => {
  assert.deepEqual(licencesIn("(BSD-3-Clause AND Apache-2.0)"), ["BSD-3-Clause", "Apache-2.0"]);
  assert.equal(licencesIn("MIT WITH something, else"), undefined);
});

Deno.test({
  name: "deno task licences --check finds every package of the lock file in docs/licences.md",
  ignore: Deno.permissions.querySync({ name: "run" }).state !== "granted",
  fn: async () => {
    const run = async (flags: string[], ...words: string[]) => {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", ...flags, "packaging/licences/command.ts", ...words],
        cwd: root,
        env: { NO_COLOR: "1" },
      }).output();
      const text = new TextDecoder();
      return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
    };
    const { code, stdout, stderr } = await run(taskFlags("licences"), "--check");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /packages and 14 wheels: all licences are accepted/);
    const document = await Deno.readTextFile(`${root}/docs/licences.md`);
    const listed = new Set(
      [...document.matchAll(/^\| (\S+) +\| (\S+) +\|/gm)].map(([, name, version]) =>
        `${name}@${version}`
      ),
    );
    const lock = JSON.parse(await Deno.readTextFile(`${root}/deno.lock`));
    const locked = Object.keys(lock.npm).map((key) => /^(@?[^@]+@[^_]+)/.exec(key)![1]!);
    assert.ok(locked.length > 200);
    assert.deepEqual(locked.filter((key) => !listed.has(key)), []);

    const wrong = await run(taskFlags("licences"), "--chek");
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /^error: Unknown option '--chek'/);
    const without = taskFlags("licences").filter((flag) => !flag.startsWith("--allow-run"));
    const missing = await run(without, "--check");
    assert.equal(missing.code, 2, missing.stderr);
    assert.match(missing.stderr, /^error: Requires run access .* --allow-run flag/);
    assert.doesNotMatch(missing.stderr, /^\s+at /m);
  },
});
