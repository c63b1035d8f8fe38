/** What the program says of command lines that cannot be run, before it times anything. */
import * as assert from "node:assert/strict";

const root = new URL("../../..", import.meta.url).pathname;

async function run(line: string, ...permissions: string[]) {
  const program = "benchmarks/timing/micro/wasm_step_bench.ts";
  const args = ["run", "-A", ...permissions, program, ...line.split(" ")];
  const env = { NO_COLOR: "1", CHROMIUM: "" };
  const { code, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: root, env })
    .output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

async function refuses(line: string, message: RegExp, ...permissions: string[]): Promise<void> {
  const { code, stderr } = await run(line, ...permissions);
  assert.match(stderr, message);
  assert.deepEqual([code, stderr.trim().split("\n").length], [2, 1], stderr);
}

Deno.test("wasm_step_bench says in a line what it cannot time", async () => {
  await refuses("--base /absent", /time \/absent as it is no checkout: it has no mod\.ts \(--base/);
  await refuses("--base datasets", /\/datasets as it is no checkout: it has no mod\.ts/);
  await refuses("--base deno.json", /\/deno\.json as it is no checkout/);
  await refuses("--json deno.json/figures.json", /Cannot write into deno\.json: .*--json/);
  await refuses("--step resnet81", /Unknown step "resnet81".*did you mean "resnet18"/);
  await refuses("--rounds 8", /--rounds wants a whole number >= 30/);
});

Deno.test("wasm_step_bench says where it looks for Chromium", async () => {
  const browsers = ["chromium", "chromium-browser", "google-chrome"];
  const denied = `--deny-read=${browsers.map((name) => `/usr/bin/${name}`)}`;
  await refuses("--browser", /no Chromium is found: install `chromium`, or set CHROMIUM/, denied);
});
