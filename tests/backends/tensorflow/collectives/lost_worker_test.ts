/** Workers that are killed, stopped, slow or late: processes on this machine. */
import assert from "node:assert/strict";
import { testProcesses } from "../harness.ts";
import { killWorkers } from "./kill_workers.ts";
import { type WatchedWorker, withWorkers, type WorkerProcess } from "./watched_group.ts";

/** Failing is quick, and never a hang; of that it is a generous bound. */
const PROMPTLY_MS = 20_000;

/** What others do when a worker is lost: end with an error that names it. */
async function assertLost(
  workers: readonly WorkerProcess[],
  rank: number,
  addresses: string[],
  what: RegExp,
): Promise<void> {
  const since = performance.now();
  for (const worker of workers.filter((_, other) => other !== rank)) {
    const { code, lastLine } = await worker.end();
    const name = `rank ${rank} (worker ${rank} at ${addresses[rank]})`;
    assert.equal(code, 3, worker.lines.join(" | "));
    assert.ok(lastLine.startsWith(`WorkerLostError: Lost ${name}: `), lastLine);
    assert.match(lastLine, what);
    assert.match(lastLine, /resume from the last checkpoint$/);
  }
  assert.ok(performance.now() - since < PROMPTLY_MS);
}

/** Where a connection still fails otherwise, the wait for who listens may be over. */
const ENDED = /its process has ended|it cannot be reached/;

for (const [victim, role] of [[1, "a worker"], [0, "the chief"]] as const) {
  testProcesses(`training ends on all workers when ${role} is killed`, async () => {
    await withWorkers(3, () => ({}), async (workers, _, addresses) => {
      await Promise.all(workers.map((worker) => worker.until(/^step 20/)));
      workers[victim]!.child.kill("SIGKILL");
      await assertLost(workers, victim, addresses, ENDED);
    });
  });
}

testProcesses("training ends when a worker is stopped, and names it alone", async () => {
  const join = { answerTimeoutSeconds: 2 };
  await withWorkers(3, () => ({ join }), async (workers, _, addresses) => {
    await Promise.all(workers.map((worker) => worker.until(/^step 20/)));
    workers[2]!.child.kill("SIGSTOP");
    await assertLost(workers, 2, addresses, /has not answered for 4 s: its process is stopped/);
  });
});

testProcesses("a worker whose JavaScript computes for long is waited for", async () => {
  const asked = (rank: number): Partial<WatchedWorker> => ({
    steps: 30,
    join: { answerTimeoutSeconds: 2 },
    ...(rank === 1 && { blockAtStep: 5, blockMs: 5000 }),
  });
  await withWorkers(2, asked, async (workers) => {
    for (const worker of workers) {
      const { code, lastLine } = await worker.end();
      assert.deepEqual([code, lastLine], [0, "done"], worker.lines.join(" | "));
    }
    assert.ok(workers[1]!.lines.includes("blocking"));
  });
});

/** What the chief does when worker 1 is killed, and what it is asked to do for that. */
const MOMENTS: Record<string, [Partial<WatchedWorker>, RegExp]> = {
  "evaluates": [{ evaluateEvery: 5 }, /^evaluating/],
  "writes a checkpoint": [{ checkpointEvery: 5 }, /^checkpoint/],
};

for (const [what, [asked, line]] of Object.entries(MOMENTS)) {
  testProcesses(`training ends when a worker is killed while the chief ${what}`, async () => {
    await withWorkers(2, () => asked, async (workers, _, addresses) => {
      await workers[0]!.until(line);
      workers[1]!.child.kill("SIGKILL");
      await assertLost(workers, 1, addresses, ENDED);
    });
  });
  testProcesses(`training ends when the chief is killed while it ${what}`, async () => {
    await withWorkers(2, () => asked, async (workers, _, addresses) => {
      await workers[0]!.until(line);
      workers[0]!.child.kill("SIGKILL");
      await assertLost(workers, 0, addresses, ENDED);
    });
  });
}

testProcesses("joinCluster() waits for a chief that comes last", async () => {
  await withWorkers(2, (rank) => rank === 0 ? undefined : { steps: 3 }, async (workers, start) => {
    await workers[1]!.until(/^joining/);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const chief = start(0, { steps: 3 });
    assert.equal((await chief.end()).lastLine, "done");
    assert.equal((await workers[1]!.end()).lastLine, "done");
  });
});

testProcesses("joinCluster() names the workers that do not come in time", async () => {
  const asked = (rank: number) => rank === 1 ? { join: { joinTimeoutSeconds: 2 } } : undefined;
  await withWorkers(3, asked, async ([, worker], _, addresses) => {
    const { code, lastLine } = await worker!.end();
    assert.equal(code, 3);
    assert.match(
      lastLine,
      /^ClusterError: Cannot join the workers of this machine as these workers have not/,
    );
    assert.match(lastLine, /within 2 s: rank 0 .*, rank 2 /);
    assert.ok(lastLine.includes(addresses[0]!) && lastLine.includes(addresses[2]!), lastLine);
    assert.ok(!lastLine.includes(addresses[1]!), lastLine);
  });
});

testProcesses("joinCluster() waits no longer when it is asked to stop", async () => {
  const asked = (rank: number) => rank === 0 ? { stopsOnSignal: true } : undefined;
  await withWorkers(2, asked, async ([worker]) => {
    await worker!.until(/^joining/);
    worker!.child.kill("SIGINT");
    assert.deepEqual(await worker!.end(), { code: 3, lastLine: "Error: interrupted" });
  });
});

testProcesses("joinCluster() ends when a worker is killed that had come", async () => {
  const asked = (rank: number) => rank === 2 ? undefined : {};
  await withWorkers(3, asked, async ([first, second], _, addresses) => {
    await Promise.all([first!, second!].map((worker) => worker.until(/^joining/)));
    await new Promise((resolve) => setTimeout(resolve, 2500)); // until they have seen each other
    second!.child.kill("SIGKILL");
    await assertLost([first!, second!], 1, addresses, ENDED);
  });
});

testProcesses("joinCluster() refuses a worker that comes back to a begun training", async () => {
  await withWorkers(2, () => ({}), async ([chief, worker], start) => {
    await Promise.all([chief!, worker!].map((each) => each.until(/^step 20/)));
    chief!.child.kill("SIGSTOP"); // so that it does not end for it before
    await worker!.kill();
    const again = start(1);
    await again.until(/^joining/);
    await new Promise((resolve) => setTimeout(resolve, 1000)); // it asks the chief whether it is there
    chief!.child.kill("SIGCONT");
    const [told, { lastLine }] = await Promise.all([chief!.end(), again.end()]);
    assert.match(told.lastLine, /^WorkerLostError: Lost rank 1 .*: (another|its) process has/);
    // Which of the two is quicker is not certain.
    const refused = /^ClusterError: .* refuses rank 1 .*incarnation .* start them again$/;
    assert.ok(refused.test(lastLine) || /^WorkerLostError: Lost rank 0 /.test(lastLine), lastLine);
  });
});

testProcesses("joinCluster() refuses a port that is in use, and names it", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  try {
    const address = `127.0.0.1:${(listener.addr as Deno.NetAddr).port}`;
    await withWorkers(1, () => ({ addresses: [address, "127.0.0.1:1"] }), async ([worker]) => {
      const { code, lastLine } = await worker!.end();
      assert.equal(code, 3);
      assert.match(lastLine, /^ClusterError: Cannot join .* port \d+ .*it is in use/);
      assert.ok(lastLine.includes(address), lastLine);
    });
  } finally {
    listener.close();
  }
});

testProcesses("joinCluster() refuses other lists of workers and another library", async () => {
  await withWorkers(2, () => undefined, async (_, start, [a, b]) => {
    const name = "localhost" + b!.slice(b!.indexOf(":"));
    const workers = [
      start(0, { addresses: [a!, b!], libraryVersion: "2.20.0" }),
      start(1, { addresses: [a!, name], libraryVersion: "2.21.0" }),
    ];
    for (const worker of workers) {
      const { code, lastLine } = await worker.end();
      assert.equal(code, 3);
      assert.match(
        lastLine,
        /^ClusterError: .*address of rank 1: 127\.0\.0\.1:\d+ on rank 0, localhost:\d+ on rank 1;/,
      );
      assert.doesNotMatch(lastLine, /address of rank 0/);
      assert.match(lastLine, /TensorFlow's library: 2\.20\.0 on rank 0, 2\.21\.0 on rank 1/);
    }
  });
});

testProcesses("checkAgreement() refuses other values on all workers", async () => {
  const asked = (rank: number) => ({ agree: { model: "resnet50", batch: 32 - 16 * rank } });
  await withWorkers(2, asked, async (workers) => {
    for (const worker of workers) {
      const { code, lastLine } = await worker.end();
      assert.equal(code, 3);
      assert.match(lastLine, /^ClusterError: .*same batch: 32 on rank 0, 16 on rank 1/);
    }
  });
});

testProcesses("a training that was killed and restarted ends with the same weights", async () => {
  const [killed] = await killWorkers({ workers: 2, times: 1, random: () => 0.6 });
  assert.ok(killed!.restored > 0 && killed!.sameWeights, JSON.stringify(killed));
  assert.match(killed!.survivors[0]!.lastLine, /^WorkerLostError: Lost rank 1 /);
});
