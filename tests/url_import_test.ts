/** `mod.ts` as a program elsewhere imports it: from a URL, without this repository's configuration. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { denoFolder } from "./deno_folder.ts";

const root = new URL("..", import.meta.url);

const program = (url: string) => `
  import { applyWeightStandardization, tf } from "${url}";
  const model = tf.sequential({ layers: [
    tf.layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [8, 8, 1], activation: "relu" }),
    tf.layers.flatten(),
    tf.layers.dense({ units: 1 }),
  ] });
  const { count } = applyWeightStandardization(model);
  model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  const history = await model.fit(tf.ones([4, 8, 8, 1]), tf.ones([4, 1]), { epochs: 2, verbose: 0 });
  console.log(JSON.stringify({ count, loss: history.history.loss }));
`;

/** Serves the files that a publisher would, as TypeScript, and counts what is asked for. */
function serve(asked: string[]): Deno.HttpServer<Deno.NetAddr> {
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  return Deno.serve(options, async (request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    try {
      const text = await Deno.readTextFile(new URL(`.${pathname}`, root));
      return new Response(text, { headers: { "content-type": "application/typescript" } });
    } catch {
      return new Response("not found", { status: 404 });
    }
  });
}

Deno.test("mod.ts trains a step when imported from a URL, with no permission but to import", async () => {
  const folder = await Deno.makeTempDir({ prefix: "url-import-test-" });
  const asked: string[] = [];
  await using server = serve(asked);
  try {
    const host = `127.0.0.1:${server.addr.port}`;
    await Deno.writeTextFile(join(folder, "main.ts"), program(`http://${host}/mod.ts`));
    const DENO_DIR = await denoFolder(folder);
    const args = ["run", "--no-lock", "--check", `--allow-import=${host}`, "main.ts"];
    const env = { DENO_DIR, NO_COLOR: "1" };
    const command = new Deno.Command(Deno.execPath(), { args, cwd: folder, env });
    const { code, stdout, stderr } = await command.output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    const last = new TextDecoder().decode(stdout).trim().split("\n").at(-1)!;
    const { count, loss } = JSON.parse(last);
    assert.equal(count, 1);
    assert.ok(loss[1] < loss[0], `loss ${loss}`);
    const foreign = asked.filter((path) => !/^\/(mod\.ts|src\/)/.test(path));
    assert.deepEqual(foreign, [], "outside of the library");
    assert.ok(!asked.some((path) => path.startsWith("/src/backends/")), "not browser-safe");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
