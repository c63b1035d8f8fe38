import { join } from "node:path";

/**
 * Makes every step of a checkout take longer: its work is wrapped, so that each step is
 * followed by a busy wait of a share of its own time. The shipped code has no such switch.
 *
 * @param share of a step's time, such as 0.1
 */
export async function slowDown(folder: string, share: number): Promise<void> {
  const file = join(folder, "benchmarks/timing/work.ts");
  await Deno.rename(file, join(folder, "benchmarks/timing/work_as_it_is.ts"));
  await Deno.writeTextFile(file, sourceOf(share));
}

function sourceOf(share: number): string {
  return `import type { SubjectOrder, Work } from "./protocol.ts";
import { openWork as openAsItIs } from "./work_as_it_is.ts";

export async function openWork(order: SubjectOrder): Promise<Work> {
  const work = await openAsItIs(order);
  return {
    ...work,
    step: async () => {
      const start = performance.now();
      const value = await work.step();
      const end = start + (performance.now() - start) * ${1 + share};
      while (performance.now() < end);
      return value;
    },
  };
}
`;
}
