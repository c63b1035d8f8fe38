import assert from "node:assert/strict";
import { instructionSets, isKnown, setsOf } from "../../../benchmarks/ground/instruction_sets.ts";

Deno.test("setsOf() lists what kernels are made for, in one order", () => {
  const text =
    "Model name:   A processor\nFlags:        fpu avx2 fma avx512f amx_bf16 avx tsc\nL1d: 1";
  assert.equal(setsOf(text), "avx, fma, avx2, avx512f, amx_bf16");
});

Deno.test("setsOf() tells nothing when there are no flags", () => {
  assert.equal(setsOf(""), "unknown");
  assert.equal(setsOf("Flags:   fpu tsc"), "unknown");
  assert.ok(!isKnown(setsOf("")) && !isKnown(undefined));
  assert.ok(isKnown("avx2") && isKnown(false));
});

Deno.test({
  name: "instructionSets() are among those that the kernel lists",
  ignore: Deno.build.os !== "linux" || Deno.build.arch !== "x86_64",
  fn() {
    const { stdout } = new Deno.Command("cat", { args: ["/proc/cpuinfo"] }).outputSync();
    const text = new TextDecoder().decode(stdout);
    const flags = new Set(/^flags\s*:(.*)$/m.exec(text)?.[1]?.trim().split(/\s+/));
    const sets = instructionSets();
    if (isKnown(sets)) sets.split(", ").forEach((name) => assert.ok(flags.has(name), name));
    else assert.throws(() => Deno.statSync("/usr/bin/lscpu"), Deno.errors.NotFound);
  },
});
