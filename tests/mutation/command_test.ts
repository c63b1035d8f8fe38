import assert from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };

const root = new URL("../..", import.meta.url).pathname;

Deno.test("test:mutants ends with 2 and one line where an option is wrong", async () => {
  const [, ...words] = config.tasks["test:mutants"].command.split(" ");
  const wrong = async (line: string, message: RegExp) => {
    const args = [...words, ...line.split(" ")];
    const { code, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: root }).output();
    const text = new TextDecoder().decode(stderr);
    assert.match(text, message);
    assert.doesNotMatch(text, /\n\s+at /);
    assert.equal(code, 2);
  };
  await wrong("--count 0", /--count must be an integer of at least 1: current value is 0\n$/);
  await wrong("--seed x", /--seed must be an integer of at least 0: current value is x\n$/);
  await wrong("--sed 1", /Unknown option '--sed'/);
  await wrong("--only docs", /--only must name a file or folder .*: current value is docs\n$/);
});
