import assert from "node:assert/strict";
import {
  type MachineState,
  machineState,
  machineWarnings,
} from "../../../../benchmarks/judge/warnings/machine.ts";

const quiet: MachineState = {
  cores: 4,
  load: 0.2,
  memoryBytes: 16e9,
  availableBytes: 12e9,
  swappedBytes: 1e9,
};

function codes(before: Partial<MachineState>, after: Partial<MachineState> = {}): string[] {
  return machineWarnings({ ...quiet, ...before }, { ...quiet, ...after }).map(({ code }) => code);
}

Deno.test("machineWarnings() is silent on a quiet machine, and where the load is not known", () => {
  assert.deepEqual(codes({}), []);
  const { load: _, ...unknown } = quiet;
  assert.deepEqual(machineWarnings(unknown, quiet), []);
});

Deno.test("machineWarnings() tells a load from before, not the measurement's own", () => {
  assert.deepEqual(codes({ load: 2.1 }), ["loaded-machine"]);
  assert.deepEqual(codes({ load: 2 }, { load: 4 }), []);
});

Deno.test("machineWarnings() tells scarce memory and memory that went to disk", () => {
  assert.deepEqual(codes({}, { availableBytes: 1e9 }), ["low-memory"]);
  assert.deepEqual(codes({}, { swappedBytes: 1.2e9 }), ["swapping"]);
  const [warning] = machineWarnings(quiet, { ...quiet, swappedBytes: 1.2e9 });
  assert.match(warning?.message ?? "", /^200 MB /);
});

Deno.test("machineState() reads this machine", () => {
  const { cores, memoryBytes, availableBytes, swappedBytes, load = 0 } = machineState();
  assert.ok(cores >= 1 && load >= 0);
  assert.ok(availableBytes > 0 && availableBytes <= memoryBytes && swappedBytes >= 0);
});
