/**
 * Batch and group norm, with and without weight standardization, as arms of one's own:
 * `deno task bench:imagenet --arms docs/examples/norm_arms.ts`
 */
import { type Contrast, factorial, type OwnArm, pair } from "../../benchmarks/mod.ts";
import { WeightStandardization } from "../../mod.ts";

const gn = { normalization: "group" };
const ws = [new WeightStandardization()];

const arms: OwnArm[] = [
  { name: "bn", label: "BN" },
  { name: "bn-ws", label: "BN + WS", algorithms: ws },
  { name: "gn", label: "GN", settings: gn },
  { name: "gn-ws", label: "GN + WS", settings: gn, algorithms: ws },
];

export default arms;

/** What is tested; without it each arm minus the first. */
export const contrasts: Contrast[] = [
  pair("gn-ws", "gn", "GN + WS − GN"),
  ...factorial(["bn", "bn-ws", "gn", "gn-ws"], { GN: ["gn", "gn-ws"], WS: ["bn-ws", "gn-ws"] }),
];
