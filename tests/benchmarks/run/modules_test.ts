import assert from "node:assert/strict";
import { join } from "node:path";
import { UsageError } from "../../../benchmarks/ground/errors.ts";
import { chosenArms, modelOfModule } from "../../../benchmarks/run/modules.ts";
import { withFolder } from "../../datasets/files.ts";

const library = new URL("../../../benchmarks/mod.ts", import.meta.url).href;

/** Fails unless a module, loaded as `--arms`, is refused so; the message calls it PATH. */
function assertRefused(
  text: string,
  check: (message: string, error: UsageError) => void,
): Promise<void> {
  return withFolder(async (folder) => {
    const path = join(folder, "arms.ts");
    await Deno.writeTextFile(path, text);
    const error = await chosenArms(path, { arms: [] }).then(() => undefined, (error) => error);
    assert.ok(error instanceof UsageError, `${error}`);
    check(error.message.replaceAll(path, "PATH"), error);
  });
}

Deno.test("a module of arms that asks for what cannot be is refused with that reason alone", async () => {
  const text = `
    import { factorial } from "${library}";
    export const contrasts = factorial(["bn", "gn"], { GN: ["gm"] });
    export default [{ name: "bn" }, { name: "gn" }];
  `;
  await assertRefused(text, (message) => {
    assert.match(message, /^Unknown arm of a factorial "gm".*gn/);
  });
});

Deno.test("a module that fails is refused in one line that names it, with the error as its cause", async () => {
  await assertRefused('throw new RangeError("no\\nluck");', (message, { cause }) => {
    assert.equal(message, "Cannot load PATH: no luck");
    assert.equal(`${cause}`, "RangeError: no\nluck");
  });
  await assert.rejects(modelOfModule("no/such/model.ts"), {
    name: "UsageError",
    message: /^Cannot load no\/such\/model\.ts: [^\n]*not found/i,
  });
});
