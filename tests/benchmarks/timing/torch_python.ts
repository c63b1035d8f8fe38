/** A Python that has the peers' PyTorch, where this machine has one. */

/** `PEERS_PYTHON` names it; else `python3` is tried. */
const python = Deno.env.get("PEERS_PYTHON") ?? "python3";

/** The packages of which tests need more than their formulas. */
const lookup = "import importlib.util as util, sys; " +
  "sys.exit(not all(map(util.find_spec, ['torch', 'torchvision', 'timm', 'safetensors'])))";

async function succeeds(...args: string[]): Promise<boolean> {
  const command = new Deno.Command(python, { args, stdout: "null", stderr: "null" });
  return await command.output().then(({ success }) => success, () => false);
}

/** Any Python, which reads the peers' files but cannot run them. */
export const anyPython: string | undefined = await succeeds("-c", "") ? python : undefined;

/** One that runs them: without it their tests are skipped. */
export const torchPython: string | undefined = await succeeds("-c", lookup) ? python : undefined;

/** What the names of these tests end with. */
export const withTorch = "with PyTorch, see PEERS_PYTHON";
