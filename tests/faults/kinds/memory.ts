import { join } from "node:path";
import { assertRefused, type Bench } from "../bench.ts";
import { type Kind, missed, type Outcome, resumed } from "../kind.ts";
import { system } from "../mounts.ts";
import type { Subject } from "../subjects.ts";
import { assertWhole } from "../whole.ts";

/** Where groups of processes with a limit are made: version 2 of cgroups, and version 1. */
const places = [
  ["/sys/fs/cgroup", "memory.max"],
  ["/sys/fs/cgroup/memory", "memory.limit_in_bytes"],
] as const;

/**
 * The memory is limited by a cgroup to less than the run takes: the system kills it, or it says that there
 * is too little. (A limit of the address space, `ulimit -v`, does not serve: V8 reserves gigabytes of it.)
 */
export const memory: Kind = {
  about: "a cgroup limits the memory to a share of what the run takes, then not",
  attempts: (kills) => Math.ceil(kills / 40),
  async missing() {
    const group = await makeGroup(2 ** 30).catch(() => undefined);
    if (group === undefined) return "this user may make no cgroup with a memory limit (root may)";
    await removeGroup(group);
    return undefined;
  },
  async attempt({ bench, subject, draw }): Promise<Outcome> {
    await bench.reference(subject);
    const out = bench.place();
    const bytes = Math.round((40 + 100 * draw.share()) * 2 ** 20);
    const isWhole = await runLimited(bench, subject, out, bytes);
    await bench.assertResumes(subject, out);
    return isWhole ? missed : resumed;
  },
};

async function runLimited(
  bench: Bench,
  subject: Subject,
  out: string,
  bytes: number,
): Promise<boolean> {
  const group = await makeGroup(bytes);
  try {
    const enter = `echo $$ > ${group}/cgroup.procs; exec "$0" "$@"`;
    const how = await bench.run(subject, out, { through: ["sh", "-c", enter] });
    await assertWhole(out, { ended: how.code === 0 });
    // 137: killed by the system; 133 and 134: V8 or the allocator have ended the process.
    if (![0, 133, 134, 137].includes(how.code)) assertRefused(how, [2, 5], /memory/i);
    return how.code === 0;
  } finally {
    await removeGroup(group);
  }
}

/** By the shell, as Deno writes below /sys only with all permissions. */
async function makeGroup(bytes: number): Promise<string> {
  const errors: unknown[] = [];
  for (const [top, limit] of places) {
    const group = join(top, `faults-${crypto.randomUUID().slice(0, 8)}`);
    const make =
      `mkdir ${group} && { test -w ${group}/${limit} || { rmdir ${group}; false; }; } && ` +
      `echo ${bytes} >${group}/${limit}`;
    try {
      await system("sh", "-c", make);
      return group;
    } catch (error) {
      errors.push(error);
    }
  }
  throw new AggregateError(errors, "no cgroup can be made");
}

/** A group whose last process has just ended may be busy for a moment. */
async function removeGroup(group: string): Promise<void> {
  await system(
    "sh",
    "-c",
    `for i in 1 2 3 4 5 6 7 8 9; do rmdir ${group} && exit; sleep 1; done; exit 1`,
  );
}
