/** `TF_CONFIG`: trees with lies in them. */
import { clusterFromTfConfig } from "../../../src/backends/tensorflow/cluster/tf_config.ts";
import { complaintOf } from "../complaints.ts";
import { mutatedJson } from "../mutate/json.ts";
import type { Target } from "../target.ts";

const seeds: [string, unknown][] = [
  ["workers", {
    cluster: { worker: ["a:2222", "b:2222", "10.0.0.1:1"] },
    task: { type: "worker", index: 1 },
  }],
  ["a chief", {
    cluster: { chief: ["a.b.c:2222"], worker: ["[::1]:2222", "c:65535"] },
    task: { type: "chief", index: 0 },
    rpc_layer: "grpc",
    environment: "cloud",
  }],
  ["by number", {
    cluster: { worker: { "0": "a:1", "1": "b:2" } },
    task: { type: "worker", index: "1" },
  }],
];

export function start(): Promise<Target> {
  return Promise.resolve({
    cases: mutatedJson(seeds),
    read(bytes: Uint8Array) {
      const { tasks, rank } = clusterFromTfConfig(new TextDecoder().decode(bytes));
      if (tasks[rank] === undefined) throw new Error("a rank that is none");
      return JSON.stringify(tasks);
    },
    complaint: (error: Error) => complaintOf(error, ["ClusterError"], "TF_CONFIG"),
  });
}
