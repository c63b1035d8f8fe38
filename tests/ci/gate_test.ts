/** `.ci/run`, with stand-ins for the programs that it calls; and that Deno's parts are the whole. */
import assert from "node:assert/strict";
import { join } from "node:path";

/** Deno's stand-in: ends each run of tests as the variables say, and notes what it was told. */
const deno = `#!/usr/bin/env bash
echo "oneDNN \${TF_ENABLE_ONEDNN_OPTS-unset}: $*" >>"$CALLS"
case "$*" in
--version)
  # By lines, as Deno does, for whoever reads the first alone.
  echo "deno 2.9.6 (stable)"; sleep 0.05; echo "v8 14.5" || exit 1; echo "typescript 5.9" ;;
"task test --no-check --shard="* | "task ok")
  [ "\${BLOCKS:-}" != "$*" ] || { echo "$$" >"$CALLS.pid"; sleep 60 & wait; } ;;&
"task test --no-check --shard=2/16")
  echo "running 14 tests"; echo "output of part 2"; echo "$SECOND"; exit "\${SECOND_CODE:-0}" ;;
"task test --no-check --shard=3/16")
  [ -z "\${KILLED:-}" ] || kill -KILL "$PPID"
  echo "ok | 1 passed | 0 failed (1s)" ;;
"task test --no-check --shard=4/4 --filter [tensorflow]")
  echo "$SOME"; exit "\${SOME_CODE:-0}" ;;
"task test --no-check --shard=3/4 --filter [tensorflow]")
  echo "ok | 1 passed | 0 failed | 2 filtered out (1s)"
  echo >>"$CALLS.ends"
  [ "$(wc -l <"$CALLS.ends")" -gt "\${ABORTS:-0}" ] || kill -ABRT $$ ;;
"task test --no-check --shard="*) echo "ok | 1 passed | 0 failed | 2 filtered out (1s)" ;;
"task ok") exit "\${GATE_CODE:-0}" ;;
"install --frozen "*) echo "what the lock file lacks"; exit "\${LOCK_CODE:-0}" ;;
esac`;

/** npx's: with Deno 2.9 there, nothing asks for another. */
const npx = `#!/bin/sh
echo "npx $*" >>"$CALLS"`;

/**
 * Runs a copy of `.ci/run` in a folder of its own.
 *
 * @param signal what it is sent as soon as a stand-in waits, as BLOCKS says
 */
async function run(env: Record<string, string>, signal?: Deno.Signal) {
  const root = await Deno.makeTempDir({ prefix: "gate-" });
  try {
    for (const folder of ["bin", ".ci"]) await Deno.mkdir(join(root, folder));
    await Deno.copyFile(new URL("../../.ci/run", import.meta.url), join(root, ".ci/run"));
    const programs = { deno, npx, "apt-get": "#!/bin/sh\nexit 0" };
    for (const [name, body] of Object.entries(programs)) {
      await Deno.writeTextFile(join(root, "bin", name), `${body}\n`);
      await Deno.chmod(join(root, "bin", name), 0o755);
    }
    const temporary = join(root, "temporary");
    await Deno.mkdir(temporary);
    const child = new Deno.Command("bash", {
      args: [join(root, ".ci/run")],
      env: {
        PATH: `${join(root, "bin")}:${Deno.env.get("PATH")}`,
        CALLS: join(root, "calls"),
        TMPDIR: temporary,
        SECOND: "ok | 12 passed (3 steps) | 0 failed | 1 ignored (2s)",
        SOME: "ok | 5 passed | 0 failed | 7 filtered out (1s)",
        ...env,
      },
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const waiting = signal && await waitingPid(join(root, "calls.pid"));
    if (signal !== undefined) child.kill(signal);
    const { code, stdout, stderr } = await child.output();
    const text = new TextDecoder(), lines = text.decode(stdout).trimEnd().split("\n");
    const calls = (await Deno.readTextFile(join(root, "calls"))).trimEnd().split("\n");
    const left = [...Deno.readDirSync(temporary)].map(({ name }) => name);
    return { code, lines, calls, stderr: text.decode(stderr), left, waiting };
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function waitingPid(path: string): Promise<number> {
  for (let i = 0; i < 600; i++) {
    const text = await Deno.readTextFile(path).catch(() => "");
    if (text.endsWith("\n")) return Number(text);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("no stand-in waits");
}

/** Whether a process is there half a minute later; one that ended is not waited for. */
async function stays(pid: number): Promise<boolean> {
  for (let i = 0; i < 300; i++) {
    const { success } = await new Deno.Command("kill", { args: ["-0", `${pid}`], stderr: "null" })
      .output();
    if (!success) return false;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return true;
}

const partsOf = (count: number) => Array.from({ length: count }, (_, i) => `${i + 1}/${count}`);

/** The parts of all tests, and of TensorFlow's. */
const expectedParts = [
  ...partsOf(16).map((part) => `oneDNN 1: task test --no-check --shard=${part}`),
  ...partsOf(4).map((part) =>
    `oneDNN 0: task test --no-check --shard=${part} --filter [tensorflow]`
  ),
];

Deno.test(".ci/run runs each part once, TensorFlow's with oneDNN on and off, and adds all up", async () => {
  for (const CI_LANES of ["1", "3"]) {
    const { code, lines, calls, stderr, left } = await run({
      CI_LANES,
      TF_ENABLE_ONEDNN_OPTS: "1",
    });
    assert.equal(code, 0, stderr);
    assert.equal(stderr, "");
    assert.deepEqual(left, [], "nothing stays in the folder for temporary files");
    assert.ok(!calls.some((call) => call.startsWith("npx")), "Deno 2.9 is there");
    assert.deepEqual(lines.slice(-4), [
      "all tests, oneDNN on: 27 passed, 0 failed",
      "TensorFlow's tests, oneDNN off: 8 passed, 0 failed",
      "gate: passed",
      "36 passed, 0 failed",
    ]);
    const parts = calls.filter((call) => call.includes("--shard"));
    assert.deepEqual(parts.toSorted(), expectedParts.toSorted());
    if (CI_LANES === "1") assert.deepEqual(parts, expectedParts, "the long ones first");
    assert.equal(calls.at(-1), "oneDNN unset: task ok");
  }
});

Deno.test(".ci/run ends where the lock file is not the code's, before anything else", async () => {
  const { code, lines, calls, stderr, left } = await run({ LOCK_CODE: "1" });
  assert.equal(code, 1);
  assert.deepEqual(lines, ["what the lock file lacks"]);
  assert.match(stderr, /^deno\.lock is not of this code: deno install --frozen=false brings it/);
  assert.match(calls.at(-1)!, /: install --frozen --entrypoint mod\.ts /);
  assert.deepEqual(left, []);
});

Deno.test(".ci/run shows what a part said in one piece, below its name", async () => {
  const failed = "a test => ./tests/a_test.ts:1:6";
  const end = "FAILED | 10 passed | 2 failed (2s)";
  const said = ["", " ERRORS ", "", failed, "error: no", "", " FAILURES ", "", failed, "", end];
  const { lines } = await run({ CI_LANES: "4", SECOND: said.join("\n") });
  const at = lines.indexOf("output of part 2");
  assert.deepEqual(lines.slice(at - 2, at + 12), [
    "--- all, part 2/16: 10 passed, 2 failed, exit code 0",
    "running 14 tests",
    "output of part 2",
    ...said,
  ]);
  const told = lines.indexOf("failed: all, part 2/16: 2");
  assert.ok(told > at + 12, "at the end");
  assert.equal(lines[told + 1], failed);
  assert.equal(lines.filter((line) => line.startsWith("begins: ")).length, 20);
});

Deno.test(".ci/run fails where any of its parts does, and goes on to the last", async () => {
  const failing = "FAILED | 4 passed | 1 failed | 7 filtered out (1s)";
  const cases: [Record<string, string>, closing: string][] = [
    [{ SECOND: "FAILED | 10 passed | 2 failed (2s)", SECOND_CODE: "1" }, "34 passed, 2 failed"],
    [{ SOME: failing, SOME_CODE: "1" }, "35 passed, 1 failed"],
    [{ SOME: "Segmentation fault", SOME_CODE: "139" }, "31 passed, 1 failed"],
    [{ KILLED: "yes", CI_LANES: "1" }, "35 passed, 1 failed"],
    [{ KILLED: "yes", CI_LANES: "4" }, "35 passed, 1 failed"],
    [{ SECOND_CODE: "1" }, "36 passed, 1 failed"],
    [{ SECOND: "", SECOND_CODE: "0" }, "24 passed, 1 failed"], // nothing says that a test ran
    [{ GATE_CODE: "1" }, "35 passed, 1 failed"],
  ];
  for (const [env, closing] of cases) {
    const { code, lines, calls } = await run(env);
    assert.equal(code, 1, closing);
    assert.equal(lines.at(-1), closing);
    assert.equal(calls.filter((call) => call.includes("--shard")).length, 20, closing);
    assert.match(calls.at(-1)!, /task ok$/);
  }
});

Deno.test(".ci/run runs a part once more that aborts after its tests have passed, and says so", async () => {
  const told = "again: tensorflow, part 3/4 ended by signal 6 after its tests had passed";
  for (
    const [ABORTS, closing, parts] of [["1", "36 passed, 0 failed", 21], [
      "2",
      "36 passed, 1 failed",
      21,
    ]] as const
  ) {
    const { code, lines, calls } = await run({ ABORTS });
    assert.equal(lines.at(-1), closing);
    assert.equal(code, ABORTS === "1" ? 0 : 1);
    assert.equal(lines.filter((line) => line === told).length, 1);
    assert.equal(calls.filter((call) => call.includes("--shard")).length, parts);
  }
});

Deno.test(".ci/run that is told to end takes with it what it started", async () => {
  const part = "task test --no-check --shard=5/16";
  const cases = [["SIGTERM", 143, part], ["SIGINT", 130, part], [
    "SIGTERM",
    143,
    "task ok",
  ]] as const;
  for (const [signal, expected, BLOCKS] of cases) {
    const { code, calls, waiting, left, stderr } = await run({ BLOCKS, CI_LANES: "1" }, signal);
    assert.equal(code, expected, stderr);
    assert.match(calls.at(-1)!, new RegExp(`${BLOCKS}$`), "nothing begins after it");
    assert.equal(await stays(waiting!), false, `${BLOCKS} at ${signal}`);
    assert.deepEqual(left, []);
    assert.match(stderr, /^stopped: /m);
  }
});

Deno.test(".ci/run refuses a number of lanes that is none", async () => {
  for (const CI_LANES of ["0", "two", "-1"]) {
    const { code, stderr, calls } = await run({ CI_LANES });
    assert.equal(code, 2);
    assert.ok(stderr.includes(`it is "${CI_LANES}"`), stderr);
    assert.ok(!calls.some((call) => call.includes("--shard")));
  }
});

Deno.test("the parts that Deno cuts its test files into are all of them, each once", async () => {
  const folder = await Deno.makeTempDir({ prefix: "parts-" });
  try {
    const names = ["b/one", "b/two", "a/three", "four", "five", "c/d/six", "seven"];
    for (const name of names) {
      await Deno.mkdir(join(folder, "tests", name, ".."), { recursive: true });
      const test = `Deno.test("${name}", () => {});\n`;
      await Deno.writeTextFile(join(folder, "tests", `${name}_test.ts`), test);
    }
    const ran: string[] = [];
    for (const part of partsOf(3)) {
      const { code, stdout } = await new Deno.Command(Deno.execPath(), {
        args: ["test", "--no-config", "tests", "--no-check", `--shard=${part}`],
        cwd: folder,
        env: { NO_COLOR: "1" },
        stderr: "null",
      }).output();
      assert.equal(code, 0);
      const text = new TextDecoder().decode(stdout);
      ran.push(...[...text.matchAll(/^(\S+) \.\.\. ok/gm)].map(([, name]) => name!));
      assert.match(text, /^ok \| \d passed \| 0 failed \(/m);
    }
    assert.deepEqual(ran.toSorted(), names.toSorted());
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
