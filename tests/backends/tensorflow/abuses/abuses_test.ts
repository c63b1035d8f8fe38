/** All that is wrong is done in a process of its own: what C does not survive would end the tests. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { testWithLibrary } from "../harness.ts";

testWithLibrary(
  "every abuse of the FFI ends in an Error that says so, and none in a crash",
  async () => {
    const program = fileURLToPath(new URL("process.ts", import.meta.url));
    const permissions = ["--allow-read", "--allow-env", "--allow-ffi"];
    const { code, signal, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "--no-prompt", ...permissions, program],
      env: { NO_COLOR: "1" },
    }).output();
    const lines = new TextDecoder().decode(stdout).trimEnd().split("\n");
    const said = new TextDecoder().decode(stderr).split("\n").slice(-20).join("\n");
    assert.deepEqual({ code, signal }, { code: 0, signal: null }, `${lines.at(-1)}\n${said}`);
    assert.deepEqual(lines.filter((line) => line.startsWith("wrong ")), []);
    const right = lines.filter((line) => line.startsWith("ok "));
    assert.equal(lines.at(-1), `counted ${right.length}`);
    assert.ok(right.length >= 130, `${right.length} abuses`);
    assert.equal(
      lines.filter((line) => line === "computes 512").length,
      2,
      "before and after a disposal",
    );
  },
);
