/** Subjects as processes: this library's on wasm, and ones that behave badly. */
import * as assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { linesOf } from "../../../benchmarks/ground/lines.ts";
import { runningFor } from "../../../benchmarks/timing/start_subject.ts";
import { serve, type Subject, type Work } from "../../../benchmarks/timing/protocol.ts";
import { type SubjectCommand, SubjectProcess } from "../../../benchmarks/timing/subject_process.ts";
import { subjectsOf } from "../../../benchmarks/timing/subjects.ts";
import { profiles } from "../../../benchmarks/experiments/profiles/overhead.ts";

const work: Work = {
  ready: { versions: { x: "1" }, parameterCount: 3, threads: 1 },
  step: () => Promise.resolve(0.5),
  memory: () => ({ peakBytes: 7 }),
};

function streamOf(...chunks: string[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return ReadableStream.from(chunks.map((chunk) => new TextEncoder().encode(chunk)));
}

Deno.test("linesOf() yields lines however they are cut", async () => {
  const lines = await Array.fromAsync(linesOf(streamOf("a\nb", "c\n\nd", "é")));
  assert.deepEqual(lines, ["a", "bc", "", "dé"]);
});

Deno.test("runningFor() lets Keras use oneDNN, as this library does, unless told otherwise", async () => {
  const python = await Deno.makeTempFile({ suffix: ".sh" });
  await Deno.writeTextFile(
    python,
    `#!/bin/sh\necho "{\\"unavailable\\": \\"oneDNN \${TF_ENABLE_ONEDNN_OPTS-unset}\\"}"\n`,
  );
  await Deno.chmod(python, 0o755);
  const subjects = subjectsOf(["tensorflow"], true);
  const sees = async (name: string) => {
    const subject = subjects.find((subject) => subject.name === name)!;
    const options = { profile: profiles.quick!, threads: 1, interpreters: [python] };
    return await runningFor(subject, options);
  };
  const before = Deno.env.get("TF_ENABLE_ONEDNN_OPTS");
  try {
    Deno.env.delete("TF_ENABLE_ONEDNN_OPTS");
    const ours = Deno.build.arch === "x86_64" ? "1" : "unset";
    assert.deepEqual(await sees("keras"), { unavailable: `oneDNN ${ours}` });
    assert.deepEqual(await sees("pytorch"), { unavailable: "oneDNN unset" });
    const off = { ...subjects.find(({ name }) => name === "keras")!, oneDnn: false } as const;
    const options = { profile: profiles.quick!, threads: 1, interpreters: [python] };
    assert.deepEqual(await runningFor(off, options), { unavailable: "oneDNN 0" });
    Deno.env.set("TF_ENABLE_ONEDNN_OPTS", "0");
    assert.deepEqual(await sees("keras"), { unavailable: "oneDNN 0" });
  } finally {
    if (before === undefined) Deno.env.delete("TF_ENABLE_ONEDNN_OPTS");
    else Deno.env.set("TF_ENABLE_ONEDNN_OPTS", before);
    await Deno.remove(python);
  }
});

Deno.test("serve() replies to each request with a line", async () => {
  const replies: string[] = [];
  await serve(work, streamOf("warm 2\nru", "n 1\nmemory\n"), (line) => replies.push(line));
  const [ready, warm, run, memory] = replies.map((line) => JSON.parse(line));
  assert.deepEqual(ready, { ready: work.ready });
  assert.equal(warm.durationsMs.length, 2);
  assert.deepEqual([run.durationsMs.length, run.value], [1, 0.5]);
  assert.deepEqual(memory, { peakBytes: 7 });
});

Deno.test("serve() throws when a request is unknown or a result is not finite", async () => {
  const nan = { ...work, step: () => Promise.resolve(NaN) };
  await assert.rejects(serve(work, streamOf("run 0\n"), () => {}), /"warm k".*"run 0"/);
  await assert.rejects(serve(nan, streamOf("run 1\n"), () => {}), /must be finite.*NaN/);
});

for (const name of ["plain", "ws", "plain-blocks", "infer-ws", "infer-baked"]) {
  Deno.test(`a subject works in its own process: ${name} on wasm`, async () => {
    const profile = { ...profiles.quick!, learningRate: 1e-4 };
    const subject = subjectsOf(["wasm"], false).find((subject) => subject.name === name)!;
    const running = await runningFor(subject, { profile, threads: 1, interpreters: [] });
    assert.ok("process" in running);
    try {
      assert.equal(running.ready.parameterCount, 4_910_922, "as torchvision's with these blocks");
      const first = await running.process.warm(1);
      const next = await running.process.run(2);
      assert.deepEqual([first.durationsMs.length, next.durationsMs.length], [1, 2]);
      // Two steps on two images need not lower the loss; they change it where weights change.
      const trains = next.value !== first.value;
      assert.equal(trains, subject.work === "train", `${first.value} to ${next.value}`);
      assert.ok((await running.process.memory()).peakBytes > 4 * 4_910_922);
    } finally {
      await running.process.end();
    }
  });
}

Deno.test("a baked model infers what the standardized one does", async () => {
  const values: number[] = [];
  for (const name of ["infer-ws", "infer-baked", "infer-plain"]) {
    const subject = subjectsOf(["wasm"], false).find((subject) => subject.name === name)!;
    const profile = { ...profiles.quick!, imageSize: 16 };
    const running = await runningFor(subject, { profile, threads: 1, interpreters: [] });
    assert.ok("process" in running);
    values.push((await running.process.run(1)).value);
    await running.process.end();
  }
  const [ws, baked, plain] = values as [number, number, number];
  assert.ok(Math.abs(ws - baked) < 1e-4, `${ws}, ${baked}`);
  assert.ok(Math.abs(ws - plain) > 1e-3, `${ws}, ${plain}`);
});

/** A subject of one JavaScript text. */
function script(text: string): SubjectCommand {
  return { command: Deno.execPath(), args: ["eval", text], env: { NO_COLOR: "1" } };
}

const hello = `console.log('{"ready":{"versions":{},"parameterCount":1,"threads":1}}');`;

async function failing(text: string, message: RegExp): Promise<void> {
  const process = new SubjectProcess(script(text));
  try {
    await assert.rejects(async () => {
      await process.hello();
      await process.run(1);
    }, { name: "SubjectError", message });
  } finally {
    await process.end(true);
  }
}

Deno.test("SubjectProcess tells why a subject died, or what it said instead", async () => {
  await failing("throw new TypeError('no such thing')", /TypeError: no such thing \(exit code 1\)/);
  await failing(`${hello} Deno.exit(3);`, /ended without a word \(exit code 3\)/);
  await failing(`${hello} console.log("hi there");`, /replied to "run 1" with "hi there"/);
  await failing(`${hello} console.log('{"durationsMs":["1"],"value":1}');`, /replied to "run 1"/);
  await failing(`console.log('{"ready":{}}');`, /replied to its start/);
  await failing(`${hello} Deno.kill(Deno.pid, "SIGKILL");`, /SIGKILL.*memory/);
});

Deno.test("SubjectProcess throws when there is no such program", () => {
  const program = { command: "./absent-python", args: [], env: {} };
  assert.throws(() => new SubjectProcess(program), Deno.errors.NotFound);
});

Deno.test("SubjectProcess stops waiting for a subject that is too slow", async () => {
  const process = new SubjectProcess(script(`${hello} setTimeout(() => {}, 60_000);`));
  try {
    await process.hello();
    await assert.rejects(process.warm(1, 0.05), {
      name: "SlowSubjectError",
      message: "too slow: no reply within 0.05 s",
    });
  } finally {
    await process.end(true);
  }
});

Deno.test("runningFor() hands a subject the profile with its own settings", async () => {
  const python = await Deno.makeTempFile({ suffix: ".sh" });
  await Deno.writeTextFile(
    python,
    `#!/bin/sh\necho "$2" | grep -o '"profile":{.*"batchSize":[0-9]*' | ` +
      `sed 's/.*"batchSize":\\([0-9]*\\)/{"unavailable":"batch \\1"}/'\n`,
  );
  await Deno.chmod(python, 0o755);
  const pytorch = subjectsOf([], true).find(({ name }) => name === "pytorch")!;
  const sees = (subject: Subject) =>
    runningFor(subject, { profile: profiles.quick!, threads: 1, interpreters: [python] });
  try {
    assert.deepEqual(await sees(pytorch), { unavailable: "batch 2" });
    const other = { ...pytorch, settings: { batchSize: 7 } };
    assert.deepEqual(await sees(other), { unavailable: "batch 7" });
  } finally {
    await Deno.remove(python);
  }
});

const python = await new Deno.Command("python3", { args: ["-c", ""], stderr: "null" }).output()
  .then(({ success }) => success, () => false);

function stub(kind: string): SubjectProcess {
  const file = fileURLToPath(new URL("./stub_peer.py", import.meta.url));
  const order = JSON.stringify({ kind, threads: 2 });
  return new SubjectProcess({
    command: "python3",
    args: [file, order],
    env: { PYTHONDONTWRITEBYTECODE: "1" },
  });
}

Deno.test({
  name: "a Python peer speaks the protocol, whatever else it prints",
  ignore: !python,
  async fn() {
    const process = stub("good");
    const first = await process.hello();
    assert.ok("ready" in first);
    assert.deepEqual([first.ready.parameterCount, first.ready.threads], [5, 2]);
    assert.deepEqual(first.ready.note, "a stub");
    const { durationsMs, value } = await process.run(3);
    assert.deepEqual([durationsMs.length, value], [3, 3]);
    assert.ok((await process.memory()).peakBytes > 1e6);
    await process.end();
  },
});

Deno.test({
  name: "torch.compile's compiler is CXX, else g++ (clang++ on macOS), and is told where it lacks",
  ignore: !python,
  async fn() {
    const peers = fileURLToPath(new URL("../../../benchmarks/timing/peers", import.meta.url));
    const folder = await Deno.makeTempDir();
    const where = await new Deno.Command("python3", {
      args: ["-c", "import sys; print(sys.executable)"],
    }).output();
    const absolute = new TextDecoder().decode(where.stdout).trim();
    const missing = async (env: Record<string, string>) => {
      const args = ["-c", "import compilers; print(compilers.missing())"];
      const { stdout } = await new Deno.Command(absolute, {
        args,
        cwd: peers,
        clearEnv: true,
        env: { PATH: folder, PYTHONDONTWRITEBYTECODE: "1", ...env },
      }).output();
      return new TextDecoder().decode(stdout).trim();
    };
    try {
      const usual = Deno.build.os === "darwin" ? "clang++" : "g++";
      assert.ok((await missing({})).includes(`${usual} is not there; install it, or name one`));
      const compiler = `${folder}/my-compiler`;
      await Deno.writeTextFile(compiler, "#!/bin/sh\n", { mode: 0o755 });
      assert.equal(await missing({ CXX: compiler }), "None");
      assert.match(await missing({ CXX: `${compiler}-2` }), /my-compiler-2 is not there/);
      const other = usual === "g++" ? "clang++" : "g++";
      await Deno.rename(compiler, `${folder}/${other}`);
      assert.match(await missing({}), /is not there/, "torch would not look for it");
      await Deno.rename(`${folder}/${other}`, `${folder}/${usual}`);
      assert.equal(await missing({}), "None");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "a Python peer tells what is missing, and how it died",
  ignore: !python,
  async fn() {
    const missing = stub("missing");
    assert.match(
      JSON.stringify(await missing.hello()),
      /unavailable.*Cannot import no_such_module/,
    );
    await missing.end();
    for (const [kind, message] of [["raises", /RuntimeError: boom/], ["nan", /must be finite/]]) {
      const process = stub(kind as string);
      await process.hello();
      await assert.rejects(process.run(1), { name: "SubjectError", message: message as RegExp });
      await process.end(true);
    }
  },
});
