import assert from "node:assert/strict";
import { join } from "node:path";
import { gpuForEach, namedGpus } from "../../../../benchmarks/cli/workers/gpus.ts";
import {
  freePorts,
  localEnvironments,
  visibleGpus,
} from "../../../../benchmarks/cli/workers/local_cluster.ts";
import { tfConfig } from "../../../../benchmarks/cli/signals/starter.ts";
import { runLocalWorkers } from "../../../../benchmarks/cli/workers/local_workers.ts";
import { ownArguments } from "../../../../benchmarks/cli/workers/own_command.ts";
import { withFolder } from "../../../datasets/files.ts";
import { exists } from "../../suite_process.ts";

const stub = new URL("stub_worker.ts", import.meta.url).href;

async function run(folder: string, words: string, signal = new AbortController().signal) {
  const lines: string[] = [];
  const args = ["run", "-A", stub, folder, ...words.split(" ").filter(Boolean)];
  const ending = await runLocalWorkers({
    size: 2,
    args,
    signal,
    graceMs: 400,
    say: (line) => lines.push(line),
  });
  return { ending, lines };
}

async function seenBy(folder: string, rank: number) {
  return JSON.parse(await Deno.readTextFile(join(folder, `${rank}.json`)));
}

Deno.test("runLocalWorkers() starts workers that know each other, and waits for all", async () => {
  await withFolder(async (folder) => {
    assert.deepEqual(await run(folder, ""), { ending: "done", lines: [] });
    const [first, second] = [await seenBy(folder, 0), await seenBy(folder, 1)];
    assert.deepEqual([first.index, second.index], [0, 1]);
    assert.deepEqual(first.worker, second.worker);
    assert.equal(new Set(first.worker).size, 2);
    for (const address of first.worker) assert.match(address, /^127\.0\.0\.1:\d+$/);
  });
});

Deno.test("runLocalWorkers() ends as the first that failed, and ends those that do not follow", async () => {
  await withFolder(async (folder) => {
    const failed = await run(folder, "1:exit=3 0:hang=");
    assert.equal(failed.ending, "data");
    assert.match(failed.lines.join("\n"), /^error: worker 1 failed, with exit code 3: its lines/);
    const told = await run(folder, "all:print=error:_bad 1:exit=3 0:exit=5");
    assert.equal(told.ending, "data"); // who has lost another one is not why
    assert.deepEqual(told.lines.slice(0, 1), ["worker 1: error: bad"]);
    const several = await run(folder, "1:print=error:_bad\n_as:\n__a.jpg 1:exit=3 0:exit=5");
    assert.deepEqual(several.lines.slice(0, 3), [
      "worker 1: error: bad",
      "worker 1: _as:",
      "worker 1: __a.jpg",
    ], "what else it says of its error belongs to it");
    const inCell = await run(folder, "1:print=error:_bad 0:print=error:_Lost all:exit=5");
    assert.deepEqual(inCell, { ending: "broken", lines: ["worker 1: error: bad"] });
    const alike = await run(folder, "all:print=error:_bad all:exit=2");
    assert.deepEqual(alike, { ending: "usage", lines: [] }); // the chief has said it
    const killed = await run(folder, "1:kill=SIGKILL 0:wait= 0:exit=5");
    assert.equal(killed.ending, "broken");
    assert.match(killed.lines.join("\n"), /^error: worker 1 was ended by SIGKILL, .* --resume$/);
    const stopped = await run(folder, "1:kill=SIGSTOP 0:exit=5");
    assert.equal(stopped.ending, "broken");
    assert.match(
      stopped.lines.join("\n"),
      /^error: worker 1 did not end .* was killed: .* --resume$/,
    );
    const chief = await run(folder, "0:exit=2 1:wait=");
    assert.deepEqual(chief, { ending: "usage", lines: [] }); // its own line is there already
  });
});

Deno.test("runLocalWorkers() asks all to stop when it is asked", async () => {
  await withFolder(async (folder) => {
    const abort = new AbortController();
    const ending = run(folder, "all:wait= all:exit=4", abort.signal);
    for (const rank of [0, 1]) {
      while (!await exists(join(folder, `${rank}.json`))) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
    abort.abort();
    assert.deepEqual(await ending, { ending: "interrupted", lines: [] });
  });
});

Deno.test("workers that were started here stop when the process that started them is gone", async () => {
  await withFolder(async (folder) => {
    const module = new URL("../../../../benchmarks/cli/workers/local_workers.ts", import.meta.url);
    const args = ["run", "-A", stub, folder, "all:wait=", "all:exit=4"];
    const code = `import { runLocalWorkers } from "${module}";
      await runLocalWorkers({ size: 2, args: ${JSON.stringify(args)},
        signal: new AbortController().signal });`;
    const starter = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--ext=ts", code],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    for (const rank of [0, 1]) {
      while (!await exists(join(folder, `${rank}.json`))) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
    const pids = [(await seenBy(folder, 0)).pid, (await seenBy(folder, 1)).pid];
    starter.kill("SIGKILL");
    await starter.status;
    while (pids.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 20));
  });
});

function isAlive(pid: number): boolean {
  try {
    Deno.kill(pid, "SIGCONT"); // which does nothing to a process that runs
    return true;
  } catch {
    return false;
  }
}

Deno.test("localEnvironments() gives each worker its place, and a GPU of its own where there are any", () => {
  const [first, second] = localEnvironments([5001, 5002], ["3", "GPU-ab"]);
  assert.deepEqual([first![visibleGpus], second![visibleGpus]], ["3", "GPU-ab"]);
  assert.deepEqual(JSON.parse(second![tfConfig]!).task, { type: "worker", index: 1 });
  assert.deepEqual(Object.keys(localEnvironments([1, 2])[0]!), [tfConfig]);
  assert.equal(new Set(freePorts(4)).size, 4);
});

Deno.test("gpuForEach() refuses fewer GPUs than workers, but not none", () => {
  assert.deepEqual(gpuForEach([], 3), []);
  assert.deepEqual(gpuForEach(["0", "1", "2"], 2), ["0", "1"]);
  assert.throws(() => gpuForEach(["0"], 2), {
    name: "UsageError",
    message: /2 workers as each wants a GPU of its own, and there is 1 here: ask for --workers 1/,
  });
  assert.deepEqual(namedGpus("2,GPU-ab"), ["2", "GPU-ab"]);
  assert.deepEqual([namedGpus(""), namedGpus("-1"), namedGpus("0,-1,2")], [[], [], ["0"]]);
});

Deno.test("ownArguments() runs a program as its task does, with all that this process may do", () => {
  const main = new URL("../../../../benchmarks/imagenet.ts", import.meta.url).href;
  const args = ownArguments(main, ["--workers", "2"]);
  assert.deepEqual(args.slice(0, 2), ["run", "--quiet"]);
  assert.deepEqual(args.slice(-3), [main, "--workers", "2"]);
  assert.ok(args.some((arg) => /^--preload=file:.*inherited\.ts$/.test(arg)));
  for (const name of ["read", "write", "ffi", "env"]) {
    assert.ok(args.includes(`--allow-${name}`), name); // as the tests may
  }
});
