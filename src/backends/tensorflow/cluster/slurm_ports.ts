/**
 * The ports that a Slurm step's tasks listen on.
 *
 * @module
 */
import { ClusterError } from "../../../training/workers/errors.ts";
import { shown } from "./shown.ts";
import { expandHostList } from "./host_list.ts";

/** Below Linux's ports for outgoing connections, which begin at 32768. */
const FIRST = 20_000;
/** As many tasks as a node has, mostly; so that jobs which share a node have other ports. */
const A_BLOCK = 64;
const BLOCKS = 187;

/**
 * Ports for the workers at one address, first to last: from the port that was asked for, else those
 * that `srun --resv-ports` has reserved, else from one that job and step decide, so that all workers
 * find the same one and jobs that share a node mostly find others.
 *
 * @param ask the environment's variables
 * @param basePort the first port, where it was asked for
 * @returns the port of the worker that is the `index`-th at its address
 * @throws {ClusterError} where there is no such port
 * @throws {RangeError} where `basePort` is no port
 */
export function slurmPorts(
  ask: { get(name: string): string | undefined },
  basePort: number | undefined,
): (index: number) => number {
  if (basePort !== undefined) {
    if (!Number.isInteger(basePort) || basePort < 1 || basePort > 65535) {
      throw new RangeError(
        `Cannot use basePort as it must be an integer of 1 to 65535: current value is ${basePort}`,
      );
    }
    return (index) => within(basePort + index, `basePort ${basePort}`);
  }
  const reserved = ask.get("SLURM_STEP_RESV_PORTS");
  if (reserved !== undefined) return reservedPorts(reserved);
  const block = (Number(ask.get("SLURM_JOB_ID")) + 37 * Number(ask.get("SLURM_STEP_ID") ?? 0)) %
    BLOCKS;
  const first = FIRST + A_BLOCK * (Number.isNaN(block) ? 0 : block);
  return (index) => within(first + index, `SLURM_JOB_ID=${ask.get("SLURM_JOB_ID")}`);
}

function reservedPorts(reserved: string): (index: number) => number {
  const name = "SLURM_STEP_RESV_PORTS";
  const ports = expandHostList(`[${reserved}]`, name).map(Number);
  return (index) => {
    const port = ports[index];
    if (port !== undefined) return port;
    throw new ClusterError(
      `Cannot use ${name} as it has ${ports.length} ports, ${shown(reserved)}, and more workers ` +
        `are at one address: ask for as many by \`srun --resv-ports=COUNT\``,
    );
  };
}

function within(port: number, source: string): number {
  if (port <= 65535) return port;
  throw new ClusterError(
    `Cannot give each worker a port of its own from ${source} on, as ${port} is above 65535`,
  );
}
