import assert from "node:assert/strict";
import {
  type Lost,
  PeerWatch,
} from "../../../../src/backends/tensorflow/collectives/peer_watch.ts";
import { TensorFlowError } from "../../../../src/backends/tensorflow/status.ts";

/** What a worker does when it is asked; nothing is an answer. */
type Answer = "refused" | "reset" | "unreachable" | "late" | "another" | undefined;

const ERRORS: Record<NonNullable<Answer>, [code: number, reason: string]> = {
  refused: [14, "failed to connect to all addresses; last error: Connection refused\nmore"],
  reset: [14, "recvmsg:Connection reset by peer\nmore"],
  unreachable: [14, "last error: connect: No route to host"],
  late: [4, "Deadline Exceeded"],
  another: [9, "Device /job:worker/task:1 current incarnation doesn't match\nmore"],
};

/** Watches workers that answer by a list each, the last of which repeats. */
function watch(answers: Record<number, [Answer, ...Answer[]]>, answerTimeoutMs = 10_000) {
  const asked = new Map<number, number>();
  const { promise, resolve } = Promise.withResolvers<readonly Lost[]>();
  const peers = new PeerWatch({
    ranks: Object.keys(answers).map(Number),
    ask: async (rank) => {
      const list = answers[rank]!, at = asked.get(rank) ?? 0;
      asked.set(rank, at + 1);
      const answer = list[Math.min(at, list.length - 1)];
      await Promise.resolve();
      if (answer !== undefined) throw new TensorFlowError("checking", ...ERRORS[answer]);
    },
    answerTimeoutMs,
    onLost: resolve,
  });
  return { peers, lost: promise, asked };
}

/** The watch itself lets a process end that has nothing else to do. */
async function alive<T>(promise: Promise<T>): Promise<T> {
  const timer = setInterval(() => {}, 1000);
  return await promise.finally(() => clearInterval(timer));
}

const LOST: Record<string, [answers: [Answer, ...Answer[]], reason: RegExp]> = {
  "has ended": [[undefined, "refused"], /^its process has ended/],
  "does not answer twice": [
    [undefined, "late"],
    /^it has not answered for 20 s: its process is stop/,
  ],
  "cannot be reached for half a second": [
    [undefined, "reset"],
    /^it cannot be reached \(recvmsg:.*peer\)$/,
  ],
  "is another process": [[undefined, "another"], /^another process has taken its place \(Device/],
};

for (const [what, [answers, reason]] of Object.entries(LOST)) {
  Deno.test(`PeerWatch loses a worker that ${what}`, async () => {
    const { lost, peers } = watch({ 0: [undefined], 2: answers });
    const [first, ...others] = await alive(lost);
    assert.equal(first?.rank, 2);
    assert.match(first?.reason ?? "", reason);
    assert.deepEqual(others, []);
    assert.ok(peers.stopped);
  });
}

Deno.test("PeerWatch keeps a worker that answers in between", async () => {
  const { peers, asked } = watch({
    0: [undefined, "refused", undefined, "late", undefined, "reset", "reset", undefined],
  });
  while ((asked.get(0) ?? 0) < 10) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(!peers.stopped);
  assert.ok(await peers.allAnswer());
  peers.stop();
});

Deno.test("PeerWatch gives a network as much time as a worker that does not answer", async () => {
  const { lost, asked } = watch({ 1: [undefined, "unreachable"] }, 600);
  assert.match((await alive(lost))[0]?.reason ?? "", /cannot be reached .*No route to host/);
  assert.ok(asked.get(1)! > 4, "asked again and again");
});

Deno.test("PeerWatch tells of all who are silent, the longest silent first", async () => {
  const { lost } = watch({ 0: [undefined, undefined, "refused"], 1: [undefined, "late"] });
  assert.deepEqual((await alive(lost)).map(({ rank }) => rank), [1, 0]);
  // The one that is silent for longer comes first, also where the other is found lost before.
  const both = watch({ 0: [undefined, undefined, "refused"], 1: [undefined, "reset"] });
  assert.deepEqual((await alive(both.lost)).map(({ rank }) => rank), [1, 0]);
});

Deno.test("PeerWatch waits for who has not come, and knows who that is", async () => {
  const { peers, asked } = watch({
    0: [undefined],
    1: ["refused", "refused", "refused", undefined],
  });
  while ((asked.get(1) ?? 0) < 3) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(peers.missing, [1]);
  await peers.allHaveCome();
  assert.deepEqual(peers.missing, []);
  assert.ok(!peers.stopped);
  peers.stop();
});

Deno.test("PeerWatch has nothing to wait for without others, or once it is stopped", async () => {
  const alone = watch({});
  await alone.peers.allHaveCome();
  alone.peers.stop();
  const { peers } = watch({ 1: ["refused"] });
  peers.stop();
  await peers.allHaveCome();
  assert.equal(await peers.allAnswer(), false);
});
