/** What a worker answers, and what a group makes of it. */
import assert from "node:assert/strict";
import { type GroupWorks, serveGroup } from "../../../benchmarks/scaling/protocol.ts";
import { coresFor, coresOf, onCore, usableCores } from "../../../benchmarks/scaling/cores.ts";
import { ensureCompiler, type Machine } from "../../../benchmarks/scaling/compiler.ts";
import { GroupProcess } from "../../../benchmarks/scaling/group_process.ts";
import { sentBytesCounter } from "../../../benchmarks/scaling/sent_bytes.ts";

function works(size: number, changes: Partial<GroupWorks> = {}): GroupWorks {
  let sent = 0;
  const sending = (bytes: number) => () => Promise.resolve(sent += bytes);
  return {
    ready: {
      versions: { x: "1" },
      parameterCount: 3,
      threads: 1,
      bucketBytes: size > 1 ? [12] : [],
    },
    works: { step: sending(5), ...(size > 1 && { compute: sending(0), "all-reduce": sending(7) }) },
    transfer: sending,
    memory: () => ({ peakBytes: 9 }),
    sentBytes: () => size > 1 ? sent : undefined,
    ...changes,
  };
}

async function answers(of: GroupWorks, ...requests: string[]) {
  const lines: string[] = [];
  const bytes = requests.map((line) => new TextEncoder().encode(`${line}\n`));
  await serveGroup(of, ReadableStream.from(bytes), (line) => lines.push(line));
  return lines.map((line) => JSON.parse(line));
}

Deno.test("serveGroup() answers each work with its durations and what it sent", async () => {
  const [hello, step, compute, sums, transfer, memory] = await answers(
    works(2),
    ...["step 2", "compute 1", "all-reduce 3", "transfer 100 2", "memory"],
  );
  assert.deepEqual(hello.ready.bucketBytes, [12]);
  assert.equal(step.durationsMs.length, 2);
  assert.ok(step.processorMs >= 0);
  assert.deepEqual([step, compute, sums, transfer].map(({ sentBytes }) => sentBytes), [
    10,
    0,
    21,
    200,
  ]);
  assert.deepEqual(memory, { peakBytes: 9 });
  const [, alone] = await answers(works(1), "step 1");
  assert.ok(!("sentBytes" in alone));
});

Deno.test("serveGroup() refuses what is no request, and results that are not finite", async () => {
  const refused = (of: GroupWorks, request: string, message: RegExp) =>
    assert.rejects(answers(of, request), { name: "RangeError", message });
  for (const request of ["steps 1", "step 0", "step", "transfer 4", "transfer 0 1", ""]) {
    await refused(works(2), request, /Cannot answer as a request must be "step n"/);
  }
  for (const request of ["compute 1", "all-reduce 1", "transfer 4 1"]) {
    await refused(works(1), request, /of one worker only the first and the last/);
  }
  const broken = works(2, { works: { step: () => Promise.resolve(NaN) } });
  await refused(broken, "step 1", /result must be finite: current value is NaN/);
});

Deno.test("a group names the worker that ends, and does not wait for the others", async () => {
  const hello = JSON.stringify({ ready: works(2).ready });
  const shell = (script: string) => ({ command: "sh", args: ["-c", script], env: {} });
  const process = new GroupProcess();
  process.start([
    shell(`echo '${hello}'; exec sleep 60`),
    shell(`echo '${hello}'; read line; echo "Error: no link" >&2; exit 3`),
  ]);
  try {
    assert.deepEqual(await process.hello(), { ready: works(2).ready });
    await assert.rejects(process.run("step", 1), {
      name: "SubjectError",
      message: "worker 1: Error: no link (exit code 3)",
    });
  } finally {
    await process.end(true);
  }
});

Deno.test("workers get the cores that there are, in turn", async () => {
  assert.deepEqual(coresOf("0-2,5"), [0, 1, 2, 5]);
  assert.deepEqual(coresOf("7"), [7]);
  assert.deepEqual(coresFor(3, [2, 5]), [2, 5, 2]);
  assert.equal(coresFor(3, []), undefined);
  assert.deepEqual(onCore(5, ["deno", "run"]), ["taskset", "-c", "5", "deno", "run"]);
  assert.deepEqual(onCore(undefined, ["deno", "run"]), ["deno", "run"]);
  const cores = await usableCores();
  assert.ok(cores.every(Number.isInteger), `${cores}`);
});

Deno.test("ensureCompiler() installs g++ where it may, and says what it does", async () => {
  const tried = async (has: string[], root: boolean, succeeds: (command: string) => boolean) => {
    const commands: string[] = [], lines: string[] = [];
    const machine: Machine = {
      has: (program) => Promise.resolve(has.includes(program)),
      isRoot: () => root,
      run: (...words) => {
        commands.push(words.join(" "));
        return Promise.resolve(succeeds(words.join(" ")));
      },
    };
    await ensureCompiler((line) => lines.push(line), machine);
    return { commands, lines: lines.join("; ") };
  };
  const install = "apt-get install --yes --no-install-recommends g++";
  const always = () => true, never = () => false;
  assert.deepEqual(await tried(["g++"], true, always), { commands: [], lines: "" });
  const done = await tried(["apt-get"], true, always);
  assert.deepEqual(done.commands, [install]);
  assert.match(done.lines, /^installing g\+\+, which torch\.compile needs, by apt-get$/);
  let isUpdated = false;
  const stale = await tried(
    ["apt-get"],
    true,
    (command) => command === "apt-get update" ? isUpdated = true : isUpdated,
  );
  assert.deepEqual(stale.commands, [install, "apt-get update", install]);
  assert.match((await tried(["apt-get"], true, never)).lines, /could not install g\+\+/);
  for (const nobody of [tried(["apt-get"], false, always), tried([], true, always)]) {
    const { commands, lines } = await nobody;
    assert.deepEqual(commands, []);
    assert.match(lines, /torch\.compile needs g\+\+, which is not there/);
  }
});

Deno.test({
  name: "sentBytesCounter() counts what this process sends, and no more",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const sentBytes = sentBytesCounter();
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr as Deno.NetAddr;
    const [client, server] = await Promise.all([
      Deno.connect({ hostname: "127.0.0.1", port }),
      listener.accept(),
    ]);
    try {
      const before = sentBytes()!, message = new Uint8Array(100_000);
      const received = new Uint8Array(message.length);
      const sending = client.write(message); // as much of it as the system takes
      let count = 0;
      while (count < await sending) count += await server.read(received) ?? 0;
      assert.equal(sentBytes()! - before, await sending);
    } finally {
      client.close();
      server.close();
      listener.close();
    }
  },
});
