/**
 * What a processor's model does not tell, least of all a virtual machine's: the instructions that
 * decide how fast convolutions are.
 *
 * @module
 */

/** Where Linux keeps what lists them. A name without its path would have Deno complain elsewhere. */
const LSCPU = "/usr/bin/lscpu";

/** Those that kernels of convolutions and matrix products are made for, as Linux calls them. */
const known: readonly string[] = [
  ...["sse4_1", "avx", "fma", "avx2", "avx_vnni", "avx_vnni_int8", "avx_ne_convert"],
  ...["avx512f", "avx512_vnni", "avx512_bf16", "avx512_fp16"],
  ...["avx10_1", "avx10_2", "amx_tile", "amx_int8", "amx_bf16", "amx_fp16"],
  ...["asimd", "asimddp", "sve", "sve2", "i8mm", "bf16", "sme"],
];

/** What stands where they cannot be read. */
const unknownSets = "unknown";

/**
 * Whether a record knows something of its machine: older ones lack what was not recorded then.
 *
 * @param value of its environment
 */
export function isKnown(value: unknown): boolean {
  return value !== undefined && value !== unknownSets;
}

/**
 * The processor's vector and matrix instructions, such as `avx, fma, avx2`.
 *
 * @returns their names, joined by commas; `unknown` on other systems than Linux and where
 * `--allow-run=/usr/bin/lscpu` was not granted
 */
export function instructionSets(): string {
  const { state } = Deno.permissions.querySync({ name: "run", command: LSCPU });
  if (Deno.build.os !== "linux" || state !== "granted") return unknownSets;
  try {
    const options = { clearEnv: true, stderr: "null" } as const; // without a locale: in English
    const { stdout } = new Deno.Command(LSCPU, options).outputSync();
    return setsOf(new TextDecoder().decode(stdout));
  } catch {
    return unknownSets; // there is none, or an LD_… variable keeps Deno from starting it
  }
}

/**
 * The instruction sets that `lscpu` lists.
 *
 * @returns their names, in an order of our own; `unknown` where it lists none
 */
export function setsOf(text: string): string {
  const flags = new Set(/^Flags:(.*)$/m.exec(text)?.[1]?.trim().split(/\s+/));
  return known.filter((name) => flags.has(name)).join(", ") || unknownSets;
}
