/**
 * Nodes' addresses, from Slurm: their names need not resolve.
 *
 * @module
 */
import { ClusterError } from "../../../training/workers/errors.ts";
import { shown } from "./shown.ts";

/** What `scontrol` reads of the environment. */
const VARIABLES = ["PATH", "HOME", "SLURM_CONF", "SLURM_CONF_SERVER"];

/**
 * Asks `scontrol show node` for each node's `NodeAddr`. Needs `--allow-run=scontrol`. Where there is
 * no `scontrol`, as in most containers, names stand for themselves.
 *
 * @param nodeList a host list
 * @param names the same, expanded
 * @param getVariable the environment's
 * @returns addresses by the nodes' names
 * @throws {ClusterError} where Slurm does not know a node, or does not answer
 */
export async function nodeAddresses(
  nodeList: string,
  names: readonly string[],
  getVariable: (name: string) => string | undefined,
): Promise<Map<string, string>> {
  const output = await runScontrol(nodeList, getVariable);
  if (output === undefined) return new Map(names.map((name) => [name, name]));
  const found = parseNodes(output);
  for (const name of names) {
    if (!found.has(name)) {
      throw new ClusterError(
        `Cannot find the address of node ${name} of SLURM_STEP_NODELIST=${shown(nodeList)}: ` +
          `\`scontrol show node\` has no NodeAddr of it, but: ${shown(output)}`,
      );
    }
  }
  return found;
}

/**
 * `NodeAddr` by `NodeName`, from the lines of `scontrol --oneliner show node`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const lines = "NodeName=n1 Arch=x86_64 NodeAddr=10.0.0.1 NodeHostName=host\n";
 * assert.deepEqual([...parseNodes(lines)], [["n1", "10.0.0.1"]]);
 * ```
 */
export function parseNodes(lines: string): Map<string, string> {
  const addresses = new Map<string, string>();
  for (const line of lines.split("\n")) {
    const name = /(?:^|\s)NodeName=(\S+)/.exec(line)?.[1];
    const address = /\sNodeAddr=(\S+)/.exec(line)?.[1];
    if (name !== undefined && address !== undefined) addresses.set(name, address);
  }
  return addresses;
}

/** Nothing where there is no `scontrol`. */
async function runScontrol(
  nodeList: string,
  getVariable: (name: string) => string | undefined,
): Promise<string | undefined> {
  // Deno starts no child under a scoped --allow-run with an LD_… variable set, so only what it needs.
  const env = Object.fromEntries(
    VARIABLES.flatMap((name) => {
      const value = getVariable(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const command = new Deno.Command("scontrol", {
    args: ["--oneliner", "show", "node", nodeList],
    clearEnv: true,
    env,
    signal: AbortSignal.timeout(20_000),
  });
  let result: Deno.CommandOutput;
  try {
    result = await command.output();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  if (result.success) return text(result.stdout);
  const reason = result.signal === "SIGTERM"
    ? "it did not answer within 20 s"
    : text(result.stderr) || text(result.stdout);
  throw new ClusterError(
    `Cannot find the addresses of SLURM_STEP_NODELIST=${
      shown(nodeList)
    } by \`scontrol show node\`: ` +
      shown(reason),
  );
}
