/** What NVIDIA's driver says of the machine. */
export interface NvidiaDriver {
  /** Its version. */
  driver: string;
  /** Each GPU: name, memory, compute capability. */
  gpus: readonly string[];
}

/** Fields of `nvidia-smi`; none that numbers a device of a person's. */
const fields = ["driver_version", "name", "memory.total", "compute_cap"];

/**
 * Asks `nvidia-smi`.
 *
 * @returns nothing where there is none, or it fails: then there is no driver that works
 */
export async function nvidiaDriver(): Promise<NvidiaDriver | undefined> {
  try {
    const args = [`--query-gpu=${fields}`, "--format=csv,noheader"];
    const { success, stdout } = await new Deno.Command("nvidia-smi", { args, stderr: "null" })
      .output();
    return success ? driverOf(new TextDecoder().decode(stdout)) : undefined;
  } catch {
    return undefined;
  }
}

/** Reads what `nvidia-smi` writes: a line a GPU. */
export function driverOf(text: string): NvidiaDriver | undefined {
  const rows = text.trim().split("\n").map((line) => line.split(",").map((word) => word.trim()))
    .filter((row) => row.length === fields.length);
  const [first] = rows;
  if (first === undefined) return undefined;
  const gpus = rows.map(([, name, memory, capability]) =>
    `${name}, ${memory}, compute capability ${capability}`
  );
  return { driver: first[0]!, gpus };
}
