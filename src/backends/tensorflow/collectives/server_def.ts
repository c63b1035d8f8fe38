/**
 * TensorFlow's `ServerDef`, as bytes: who is in a cluster, and which of them this process is.
 *
 * Sources: `tensorflow/core/protobuf/tensorflow_server.proto`, `cluster.proto` and `config.proto` of
 * tensorflow/tensorflow.
 *
 * @module
 */
import { Field, MapField, Root, Type } from "npm:protobufjs@8.8.1/light.js";
import type { Cluster } from "../cluster/cluster.ts";

const JobDef = new Type("JobDef")
  .add(new Field("name", 1, "string"))
  .add(new MapField("tasks", 2, "int32", "string"));
const ClusterDef = new Type("ClusterDef").add(new Field("job", 1, "JobDef", "repeated"));
const RPCOptions = new Type("RPCOptions").add(new Field("numChannelsPerTarget", 6, "int32"));
const Experimental = new Type("Experimental")
  .add(new Field("collectiveGroupLeader", 1, "string"))
  .add(new Field("recvBufMaxChunk", 4, "int32"));
const ConfigProto = new Type("ConfigProto")
  .add(new Field("rpcOptions", 13, "RPCOptions"))
  .add(new Field("experimental", 16, "Experimental"));
const ServerDef = new Type("ServerDef")
  .add(new Field("cluster", 1, "ClusterDef"))
  .add(new Field("jobName", 2, "string"))
  .add(new Field("taskIndex", 3, "int32"))
  .add(new Field("defaultSessionConfig", 4, "ConfigProto"))
  .add(new Field("protocol", 5, "string"));
new Root().add(JobDef).add(ClusterDef).add(RPCOptions).add(Experimental).add(ConfigProto)
  .add(ServerDef);

/** Sums are sent in pieces of megabytes as they are; by default, TensorFlow cuts those into 4 KiB. */
const UNCUT = -1;

/** TensorFlow's name of a task, as `/job:worker/replica:0/task:1`. */
export function taskName({ job, index }: { job: string; index: number }): string {
  return `/job:${job}/replica:0/task:${index}`;
}

/**
 * The `ServerDef` of one worker. The first task leads: it tells the others who is in which group.
 *
 * @param cluster who is in it
 * @returns its bytes
 */
export function encodeServer({ tasks, rank }: Cluster): Uint8Array<ArrayBuffer> {
  const self = tasks[rank]!;
  const names = [...new Set(tasks.map(({ job }) => job))];
  const jobs = names.map((name) => {
    const own = tasks.filter(({ job }) => job === name);
    return { name, tasks: Object.fromEntries(own.map((task) => [task.index, task.address])) };
  });
  const bytes = ServerDef.encode({
    cluster: { job: jobs },
    jobName: self.job,
    taskIndex: self.index,
    defaultSessionConfig: {
      rpcOptions: { numChannelsPerTarget: 1 },
      experimental: { collectiveGroupLeader: taskName(tasks[0]!), recvBufMaxChunk: UNCUT },
    },
    protocol: "grpc",
  }).finish();
  return Uint8Array.from(bytes);
}
