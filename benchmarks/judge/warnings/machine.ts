/**
 * What the machine itself says about a measurement.
 *
 * @module
 */
import { fixed } from "../../ground/format.ts";
import type { Warning } from "../../record/mod.ts";

/** The state of a machine at one time. */
export interface MachineState {
  /** Cores that the process may use. */
  cores: number;
  /** Programs that ran or waited over the last minute; nothing where it may not be asked. */
  load?: number;
  /** Memory, in bytes. */
  memoryBytes: number;
  /** Of it, what is left to programs. */
  availableBytes: number;
  /** What lies in the swap space, in bytes. */
  swappedBytes: number;
}

/** More than this share of the cores in use before anything was timed is somebody else's work. */
const loaded = 0.5;

/** Less than this share of memory left, and the system begins to write it to disk. */
const scarce = 0.1;

/** More than this written to the swap space in the course of a run is no coincidence, in bytes. */
const notableSwap = 64e6;

/**
 * The state of this machine. The load is read where `--allow-sys=loadavg` was granted, and on
 * systems that keep one.
 */
export function machineState(): MachineState {
  const { total, available, swapTotal, swapFree } = Deno.systemMemoryInfo();
  const load = loadOfMachine();
  return {
    cores: navigator.hardwareConcurrency,
    memoryBytes: total,
    availableBytes: available,
    swappedBytes: swapTotal - swapFree,
    ...(load !== undefined && { load }),
  };
}

function loadOfMachine(): number | undefined {
  const permission = { name: "sys", kind: "loadavg" } as const;
  if (Deno.build.os === "windows") return undefined; // it says 0 always
  if (Deno.permissions.querySync(permission).state !== "granted") return undefined;
  return Deno.loadavg()[0];
}

/**
 * Warnings about the machine: other programs, scarce memory, memory written to disk.
 *
 * @param before its state before the first timing: later the measurement itself is the load
 * @param after its state after the last one
 */
export function machineWarnings(before: MachineState, after: MachineState): Warning[] {
  const { load = 0, cores, memoryBytes } = before;
  const leftBytes = Math.min(before.availableBytes, after.availableBytes);
  const writtenBytes = after.swappedBytes - before.swappedBytes;
  const gigabytes = (bytes: number) => fixed(bytes / 1e9, 1);
  const warnings: [holds: boolean, Warning][] = [
    [load > loaded * cores, {
      code: "loaded-machine",
      message: `${fixed(load, 1)} programs wanted the ${cores} cores in the minute before the run`,
      advice: "End them, and repeat the run",
    }],
    [leftBytes < scarce * memoryBytes, {
      code: "low-memory",
      message: `${gigabytes(leftBytes)} of ${gigabytes(memoryBytes)} GB of memory were left`,
      advice: "End other programs, or measure less at a time",
    }],
    [writtenBytes > notableSwap, {
      code: "swapping",
      message: `${fixed(writtenBytes / 1e6, 0)} MB of memory were written to disk during the run`,
      advice: "Measure less at a time: the times tell of the disk",
    }],
  ];
  return warnings.filter(([holds]) => holds).map(([, warning]) => warning);
}
