import { join } from "node:path";

/** A cache of its own but for the npm packages, which are big and come with the tests' own run. */
export async function denoFolder(folder: string): Promise<string> {
  const info = new Deno.Command(Deno.execPath(), { args: ["info", "--json"], stderr: "null" });
  const { npmCache } = JSON.parse(new TextDecoder().decode((await info.output()).stdout));
  await Deno.mkdir(join(folder, "deno"));
  await Deno.symlink(npmCache, join(folder, "deno", "npm"));
  return join(folder, "deno");
}
