import assert from "node:assert/strict";
import fc from "fast-check";
import { ClusterError } from "../../../../src/training/workers/errors.ts";
import { clusterFromTfConfig } from "../../../../src/backends/tensorflow/cluster/tf_config.ts";
import { tfConfigs } from "./fixtures/tf_configs.ts";

Deno.test("clusterFromTfConfig() gives ranks, chief and size as TensorFlow does", () => {
  assert.ok(tfConfigs.cases.length > 0);
  for (const { config, rank, size, leader } of tfConfigs.cases) {
    const cluster = clusterFromTfConfig(JSON.stringify(config));
    const { job, index } = cluster.tasks[0] ?? {};
    assert.deepEqual(
      [cluster.rank, cluster.tasks.length, `/job:${job}/replica:0/task:${index}`],
      [rank, size, leader],
      JSON.stringify(config),
    );
    assert.equal(cluster.source, "TF_CONFIG");
  }
});

Deno.test("clusterFromTfConfig() refuses what TensorFlow does", () => {
  for (const config of tfConfigs.refused) {
    assert.throws(() => clusterFromTfConfig(JSON.stringify(config)), ClusterError);
  }
});

const two = { worker: ["a:1", "b:1"] };
const task = { type: "worker", index: 0 };

/** Wrong values, and what the error must name. */
const REFUSED: Record<string, [config: unknown, named: RegExp]> = {
  "text that is not JSON": ["{cluster", /not JSON.*\{cluster.*Expected \{"cluster"/s],
  "nothing": ["", /is empty.*Set it for each worker/],
  "a list": [[1], /not an object: \[1\]/],
  "no cluster": [{ task }, /has no cluster/],
  "a cluster that is a list": [{ cluster: ["a:1"], task }, /cluster is not an object.*"a:1"/],
  "a job that is no list": [{ cluster: { worker: "a:1" }, task }, /cluster\.worker is not.*: a:1/],
  "an address that is a number": [
    { cluster: { worker: [7] }, task },
    /cluster\.worker is not.*\[7\]/,
  ],
  "no workers": [{ cluster: { worker: [] }, task }, /no workers/],
  "no task": [{ cluster: two }, /has no task/],
  "a task that is text": [{ cluster: two, task: "worker" }, /task is not an object: worker/],
  "a task without a type": [{ cluster: two, task: { index: 0 } }, /task\.type/],
  "a task without an index": [{ cluster: two, task: { type: "worker" } }, /task\.index/],
  "a negative index": [{ cluster: two, task: { ...task, index: -1 } }, /task\.index.*: -1/],
  "an index with a fraction": [
    { cluster: two, task: { ...task, index: 0.5 } },
    /task\.index.*0\.5/,
  ],
  "an index outside of the cluster": [
    { cluster: two, task: { ...task, index: 2 } },
    /task\.index is outside.*2 of cluster\.worker: 0 to 1: 2\./,
  ],
  "a job that is not in the cluster": [
    { cluster: two, task: { type: "chief", index: 0 } },
    /task\.type is none of the cluster's jobs, worker: chief/,
  ],
  "two chiefs": [
    { cluster: { ...two, chief: ["c:1", "d:1"] }, task },
    /cluster\.chief has more than one task: \["c:1","d:1"\]/,
  ],
  "two workers with one address": [
    { cluster: { chief: ["Host:02"], worker: ["a:1", "host:2"] }, task },
    /TF_CONFIG.*chief 0 and worker 1 both have host:2/,
  ],
  "an address without a port": [
    { cluster: { worker: ["a:1", "b"] }, task },
    /TF_CONFIG, worker 1 .*no port.*"b"/,
  ],
  "parameter servers": [
    { cluster: { ...two, ps: ["p:1"] }, task },
    /cluster\.ps .*"ps".*p:1.*summed/,
  ],
  "an evaluator's process": [
    { cluster: two, task: { type: "evaluator", index: 0 } },
    /task\.type names the job "evaluator".*leave it out/,
  ],
  "an evaluator in the cluster": [
    { cluster: { ...two, evaluator: ["e:1"] }, task },
    /cluster\.evaluator/,
  ],
  "TensorFlow 1's master": [{ cluster: { master: ["m:1"] }, task }, /call it chief/],
  "a job of another name": [{ cluster: { trainer: ["m:1"] }, task }, /"trainer".*chief and worker/],
  "Object.prototype's names": [{ cluster: { toString: ["m:1"] }, task }, /chief and worker/],
  "elastic mode": [
    { sparseCluster: { worker: { 0: "a:1" } }, task, environment: "cloud" },
    /sparseCluster.*"a:1".*enableDynamicWorker/,
  ],
  "another layer": [{ cluster: two, task, rpc_layer: "grpc+verbs" }, /rpc_layer.*"grpc\+verbs"/],
};

for (const [what, [config, named]] of Object.entries(REFUSED)) {
  Deno.test(`clusterFromTfConfig() refuses ${what}, naming variable and value`, () => {
    const text = typeof config === "string" ? config : JSON.stringify(config);
    assert.throws(() => clusterFromTfConfig(text), (error: Error) => {
      assert.ok(error instanceof ClusterError);
      assert.match(error.message, /TF_CONFIG/);
      assert.match(error.message, named);
      return true;
    });
  });
}

Deno.test("clusterFromTfConfig() reads what Kubeflow writes", () => {
  const [a, b] = [0, 1].map((i) => `resnet-worker-${i}.team.svc:2222`);
  const cluster = clusterFromTfConfig(JSON.stringify({
    cluster: { worker: [a, b], ps: [] },
    task: { type: "worker", index: 1 },
    environment: "cloud",
  }));
  assert.equal(cluster.rank, 1);
  assert.deepEqual(cluster.tasks.map(({ address }) => address), [a, b]);
});

Deno.test("clusterFromTfConfig() ends in a ClusterError on any other JSON", () => {
  const job = fc.constantFrom("chief", "worker", "ps");
  const address = fc.oneof(fc.string(), fc.constantFrom("a:1", "b:2", "[::1]:3", "::1:4"));
  const config = fc.record({
    cluster: fc.oneof(fc.json(), fc.dictionary(job, fc.oneof(fc.array(address), fc.jsonValue()))),
    task: fc.oneof(fc.jsonValue(), fc.record({ type: job, index: fc.integer() })),
  }, { requiredKeys: [] });
  fc.assert(fc.property(fc.oneof(config, fc.jsonValue()), (value) => {
    try {
      const { tasks, rank } = clusterFromTfConfig(JSON.stringify(value));
      assert.ok(tasks[rank] !== undefined);
    } catch (error) {
      assert.ok(error instanceof ClusterError, `${error}`);
    }
  }));
});
