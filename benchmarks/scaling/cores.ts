/**
 * Binding workers to cores, so that each has one: whatever threads a library starts, and however many
 * cores are idle.
 *
 * @module
 */

/** The program that starts another on some cores, of util-linux. */
const program = "taskset";

/** A command with its arguments. */
export type Words = readonly [command: string, ...args: string[]];

/** The cores that this process may use, by their numbers; none where processes cannot be bound. */
export async function usableCores(): Promise<number[]> {
  if (Deno.build.os !== "linux") return [];
  const pipes = { stdin: "null", stdout: "piped", stderr: "null" } as const;
  try {
    const command = new Deno.Command(program, { args: ["-cp", `${Deno.pid}`], ...pipes });
    const { success, stdout } = await command.output();
    const text = new TextDecoder().decode(stdout);
    return success ? coresOf(/: (\S+)\s*$/.exec(text)?.[1] ?? "") : [];
  } catch {
    return []; // there is no such program
  }
}

/** The numbers of a list such as `0-2,5`. */
export function coresOf(list: string): number[] {
  return list.split(",").filter(Boolean).flatMap((range) => {
    const [first = NaN, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/** The core of each of so many workers, in turn; nothing where they cannot be bound. */
export function coresFor(workers: number, cores: readonly number[]): number[] | undefined {
  if (cores.length === 0) return undefined;
  return Array.from({ length: workers }, (_, rank) => cores[rank % cores.length]!);
}

/** A command on a core; as it is without one. */
export function onCore(core: number | undefined, [command, ...args]: Words): Words {
  return core === undefined ? [command, ...args] : [program, "-c", `${core}`, command, ...args];
}
