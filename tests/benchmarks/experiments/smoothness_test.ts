import assert from "node:assert/strict";
import { profiles as imagenet } from "../../../benchmarks/experiments/profiles/imagenet.ts";
import { profiles, smoothnessKinds } from "../../../benchmarks/experiments/profiles/smoothness.ts";
import { armProfile, checkKinds } from "../../../benchmarks/experiments/settings.ts";
import { gridContrasts } from "../../../benchmarks/experiments/grid.ts";
import { smoothness } from "../../../benchmarks/tasks/suites.ts";

Deno.test("each profile trains what bench:imagenet's of its name trains", () => {
  assert.deepEqual(Object.keys(profiles), Object.keys(imagenet));
  const free = ["description", "seeds", "timingRounds"];
  for (const [name, profile] of Object.entries(profiles)) {
    checkKinds(profile, smoothnessKinds, "Cannot run");
    for (const [key, value] of Object.entries(imagenet[name]!)) {
      if (!free.includes(key)) assert.deepEqual(profile[key as keyof typeof profile], value, key);
    }
  }
  assert.deepEqual(profiles.quick!.seeds, [0]);
});

Deno.test("the suite compares WS within each norm, and between them", () => {
  const { arms, grid } = smoothness;
  assert.deepEqual(arms.map(({ name }) => name), ["bn", "bn-ws", "gn", "gn-ws"]);
  assert.deepEqual(gridContrasts(grid!, arms).map(({ label }) => label), [
    "BN + WS − BN",
    "GN + WS − GN",
    "(GN + WS − GN) − (BN + WS − BN)",
  ]);
});

Deno.test("where smoothness is measured is not an arm's own", () => {
  for (const key of ["smoothnessPoints", "smoothnessSteps", "smoothnessRelativeSteps"] as const) {
    const arm = { name: "mine", settings: { [key]: profiles.quick![key] } };
    assert.throws(() => armProfile(profiles.quick!, arm, []), {
      name: "UsageError",
      message: new RegExp(
        `In the arm "mine": Cannot set ${key} for one arm|Cannot set ${key} for one arm`,
      ),
    });
  }
});
