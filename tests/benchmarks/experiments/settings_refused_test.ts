/** Values of a profile that cannot be: each is the user's to put right, wherever it is found. */
import assert from "node:assert/strict";
import { ade20k, imagenet, microbatch, norms } from "../../../benchmarks/tasks/suites.ts";
import { suiteProgram } from "../../../benchmarks/run/program.ts";
import { asked } from "../asked.ts";
import type { CommonProfile } from "../../../benchmarks/experiments/profiles/common.ts";
import type { SuiteAsked } from "../../../benchmarks/run/options.ts";
import { runSuite } from "../../../benchmarks/run/program.ts";
import type { Settings } from "../../../benchmarks/experiments/settings.ts";
import type { Suite } from "../../../benchmarks/tasks/suite.ts";

/** No key means anything by these: a count, a rate, a size, a duration, a name, a file. */
function impossible(key: string, value: unknown): string[] {
  if (["initialWeights", "trainingList"].includes(key)) return ["x"]; // "" is none
  return typeof value === "string" ? ["x", ""] : ["-1"];
}

function settingsTest<P extends CommonProfile & Settings<P>>(suite: Suite<P>, arm = "ws") {
  Deno.test(`bench:${suite.name} refuses each impossible value of its profile as the user's`, async () => {
    const out = await Deno.makeTempDir();
    const { description: _, ...settings } = suite.profiles.quick!;
    const keys = Object.entries(settings).filter(([, value]) => typeof value !== "boolean");
    assert.ok(keys.length > 15);
    try {
      for (const [key, value] of keys) {
        for (const text of impossible(key, value)) {
          const set = ["timingRounds=0", "duration=1ba", "seeds=0", `${key}=${text}`];
          const line = [`--arms ${arm} --backend wasm --out ${out} --force`, ...set].join(
            " --set ",
          );
          const wanted = asked<SuiteAsked>(suiteProgram(suite), line);
          await assert.rejects(
            () => runSuite(suite, wanted, "", new AbortController().signal),
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
settingsTest(norms, "gn-ws");
settingsTest(microbatch, "gn-1");

/** Refused before anything is opened: no backend is made, no network. */
Deno.test("arms are refused without what they need, and values that none of them reads", async () => {
  const refused = async (line: string, message: RegExp) => {
    const wanted = asked<SuiteAsked>(suiteProgram(imagenet), `--backend wasm ${line}`);
    const run = () => runSuite(imagenet, wanted, "", new AbortController().signal);
    await assert.rejects(run, { name: "UsageError", message });
  };
  const noFile = /as it wants a value: add --set initialWeights=VALUE$/;
  await refused("--arms pretraining", noFile);
  await refused("--arms pretrained,pretrained-ws", noFile);
  for (const key of ["weightDecay", "augmentation"]) {
    const message = new RegExp(`as it wants a value: add --set ${key}=VALUE$`);
    await refused(`--arms regularization --set ${key}=0`, message);
    await refused(`--arms baseline,ws-regularized --set ${key}=0`, message);
  }
  const idle = /^Cannot set ignoredLayers as none of these arms reads it: leave it out, or choose/;
  await refused("--set ignoredLayers=0,3", idle);
  await refused("--arms baseline,ws --set ignoredLayers=0,3", idle);
  await refused("--arms variants --set ignoredLayers=3", idle);
  const unread = (key: string, where: string) =>
    new RegExp(`^Cannot set ${key} as nothing reads it where ${where}: leave it out, or set `);
  for (const key of ["beta2", "epsilon"]) {
    const sgdw = unread(key, "optimizer is decoupled-sgdw");
    await refused(`--arms baseline,ws --set ${key}=0.9`, sgdw);
  }
  await refused("--arms ws --set minDelta=0.5", unread("minDelta", "patience is 0ba"));
  await refused("--arms ws --set depth=18 --set blocks=1,1,1,1", unread("blocks", "depth is 18"));
});

Deno.test("values of single arms, and rates of all, are refused where nothing would come of them", async () => {
  const refused = async (line: string, message: RegExp) => {
    const wanted = asked<SuiteAsked>(suiteProgram(norms), `--backend wasm ${line}`);
    const run = () => runSuite(norms, wanted, "", new AbortController().signal);
    await assert.rejects(run, { name: "UsageError", message }, line);
  };
  const each = "--set bn.learningRate=1 --set gn.learningRate=2";
  await refused(
    `--arms bn,gn ${each} --set learningRate=3`,
    /^Cannot set learningRate as each arm has its own: leave it out/,
  );
  await refused("--arms bn,gn --set gnn.momentum=1", /^Unknown arm "gnn": .* did you mean "gn"\?$/);
  await refused(
    "--set ln.momentum=1",
    /arm "ln" as it does not run: .*; those that run are bn, bn-ws, gn, gn-ws, bcn, bcn-ws$/,
  );
  await refused("--set bn.learnRate=1", /^Unknown key of the arm "bn" "learnRate": /);
  for (const key of ["seeds", "variant", "learningRates", "timingRounds"]) {
    await refused(`--set bn.${key}=1`, new RegExp(`^Cannot set ${key} for one arm: `));
  }
  await refused("--set bn.momentum=x", /^momentum of the arm "bn" wants a finite number/);
  await refused("--set gn.normalization=batch", /as it is what the arm is, normalization=group: /);
  const rates = "--set learningRates=0.1,0.2";
  await refused(`${rates} --set learningRate=1`, /^Cannot set learningRate beside learningRates/);
  await refused(`${rates} ${each}`, /as the arm "bn" has a learningRate of its own, 1: leave one/);
  for (const text of ["0", "-0.1", "0.1,0.1"]) {
    await refused(
      `--set learningRates=${text}`,
      /learningRates wants finite numbers > 0, each once/,
    );
  }
  for (const text of ["", "0.1,x", "Infinity"]) {
    await refused(`--set learningRates=${text}`, /^--set learningRates wants a list of finite num/);
  }
});
