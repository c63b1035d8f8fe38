/** One process of a cluster. */
export interface ClusterTask {
  /** The name of its job, as `"worker"`. */
  readonly job: string;
  /** Its number within its job. */
  readonly index: number;
  /** Where it listens: `host:port`. */
  readonly address: string;
}

/** The processes that train one model together, and which of them this one is. */
export interface Cluster {
  /** All of them, by rank; the first is the chief. */
  readonly tasks: readonly ClusterTask[];
  /** This process's place in `tasks`. */
  readonly rank: number;
  /** Its number among those on the same machine, where that is known. */
  readonly localRank?: number;
  /** Where it was read from. */
  readonly source: "TF_CONFIG" | "Slurm" | "local";
}
