import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { withFolder } from "../files.ts";
import { putPictures } from "./pictures.ts";

const root = new URL("../../../", import.meta.url);
const types = { ts: "application/typescript", wasm: "application/wasm", json: "application/json" };

/** Serves the repository's modules. */
function serve(): Deno.HttpServer<Deno.NetAddr> {
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  return Deno.serve(options, async (request) => {
    const { pathname } = new URL(request.url);
    const type = types[pathname.split(".").at(-1) as keyof typeof types];
    const bytes = await Deno.readFile(new URL(`.${pathname}`, root)).catch(() => undefined);
    if (bytes === undefined) return new Response("not found", { status: 404 });
    return new Response(bytes, { headers: { "content-type": type } });
  });
}

/** A cache of its own but for the npm packages. */
async function denoFolder(folder: string): Promise<string> {
  const info = new Deno.Command(Deno.execPath(), { args: ["info", "--json"], stderr: "null" });
  const { npmCache } = JSON.parse(new TextDecoder().decode((await info.output()).stdout));
  await Deno.mkdir(join(folder, "deno"));
  await Deno.symlink(npmCache, join(folder, "deno", "npm"));
  return join(folder, "deno");
}

Deno.test("classificationLoader() starts its workers when it was imported from a URL", async () => {
  await using server = serve();
  await withFolder(async (dir) => {
    const split = await putPictures(dir, 6);
    const files = JSON.stringify(Array.from({ length: 6 }, (_, i) => split.entry(i).file));
    const host = `127.0.0.1:${server.addr.port}`;
    const program = `http://${host}/tests/datasets/loader/unclosed_loader.ts`;
    const config = ["--no-lock", "--config", fileURLToPath(new URL("deno.json", root))];
    const permissions = ["--allow-read", "--allow-env", `--allow-import=${host}`];
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", ...config, ...permissions, program, files],
      env: { DENO_DIR: await denoFolder(dir) },
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    assert.equal(new TextDecoder().decode(stdout), "a batch\n");
  });
});
