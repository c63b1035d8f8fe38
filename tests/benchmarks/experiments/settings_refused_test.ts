/** Values of a profile that cannot be: each is the user's to put right, wherever it is found. */
import assert from "node:assert/strict";
import { ade20k, imagenet } from "../../../benchmarks/tasks/suites.ts";
import { parseCommandLine } from "../../../benchmarks/cli/command_line.ts";
import type { CommonProfile } from "../../../benchmarks/experiments/profiles/common.ts";
import { runSuite } from "../../../benchmarks/run/run_suite.ts";
import type { Setting } from "../../../benchmarks/experiments/settings.ts";
import type { Suite } from "../../../benchmarks/tasks/suite.ts";

/** No key means anything by these: a count, a rate, a size, a duration, a name. */
const impossible = (value: unknown) => typeof value === "string" ? ["x", ""] : ["-1"];

function settingsTest<P extends CommonProfile & { [K in keyof P]: Setting }>(suite: Suite<P>) {
  Deno.test(`bench:${suite.name} refuses each impossible value of its profile as the user's`, async () => {
    const out = await Deno.makeTempDir();
    const { description: _, ...settings } = suite.profiles.quick!;
    const keys = Object.entries(settings).filter(([, value]) => typeof value !== "boolean");
    assert.ok(keys.length > 15);
    try {
      for (const [key, value] of keys) {
        for (const text of impossible(value)) {
          const set = ["timingRounds=0", "duration=1ba", "seeds=0", `${key}=${text}`];
          const words = ["--arms", "ws", "--backend", "wasm", "--out", out, "--force"];
          const line = [...words, ...set.flatMap((each) => ["--set", each])];
          const asked = parseCommandLine(line, suite.name);
          assert.ok(asked !== "help");
          await assert.rejects(
            () => runSuite(suite, asked, "", new AbortController().signal),
            { name: "UsageError" },
            `${key}=${text}`,
          );
        }
      }
    } finally {
      await Deno.remove(out, { recursive: true });
    }
  });
}

settingsTest(ade20k);
settingsTest(imagenet);
