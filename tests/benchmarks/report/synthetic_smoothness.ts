/** Smoothness made up for tests: places whose figures are asked for. */
import type { CellRecord, Result, SmoothnessRecord } from "../../../benchmarks/record/mod.ts";
import { cell, result } from "./synthetic.ts";

/** A place where the constants are these, along both lines; layerwise β is ten times as large. */
export function place(
  step: number,
  { lipschitz = 1, beta = 2, loss = 3 }: { lipschitz?: number; beta?: number; loss?: number },
): SmoothnessRecord {
  const walk = (beta: number) => ({
    gradientNorm: lipschitz,
    points: [0.1, 0.2].map((distance, i) => ({
      size: distance / lipschitz,
      distance,
      loss: loss - lipschitz * distance * (i === 0 ? 1 : 0.9),
      gradientChange: beta * distance * (i === 0 ? 1 : 0.8),
    })),
  });
  const epoch = step / 8;
  return { step, epoch, loss, weightNorm: 7, gradient: walk(beta), relative: walk(10 * beta) };
}

/** A cell whose β is given, falling by a factor of 4 through training about its mean. */
export function smoothCell(
  arm: string,
  seed: number,
  beta: number,
  fields: Partial<CellRecord> = {},
): CellRecord {
  const smoothness = [2, 1, 0.5].map((factor, i) =>
    place(20 * i, { beta: factor * beta, lipschitz: factor * 0.3 })
  );
  return cell(arm, seed, { smoothness, ...fields });
}

/** Two norms without and with WS: BN + WS has half of BN's β, GN + WS one and a half times GN's. */
export function smoothResult(fields: Partial<Result> = {}): Result {
  const seeds = fields.seeds ?? [0, 1, 2, 3, 4, 5];
  const betas = { bn: 8, "bn-ws": 4, gn: 2, "gn-ws": 3 };
  const labels = { bn: "BN", "bn-ws": "BN + WS", gn: "GN", "gn-ws": "GN + WS" };
  const pair = (one: string, other: string, label: string) => ({
    name: `${one} - ${other}`,
    label,
    weights: { [one]: 1, [other]: -1 },
  });
  return result({
    suite: "smoothness",
    title: "Smoothness of the loss with and without weight standardization",
    arms: Object.entries(labels).map(([name, label]) => ({
      ...{ name, label, algorithms: [] },
      description: name,
    })),
    contrasts: [pair("bn-ws", "bn", "BN + WS − BN"), pair("gn-ws", "gn", "GN + WS − GN")],
    seeds,
    // Each arm scatters by itself, the same way for all betas.
    cells: Object.entries(betas).flatMap(([arm, beta], i) =>
      seeds.map((seed) => smoothCell(arm, seed, beta * Math.exp(0.05 * Math.sin(seed + 2 * i))))
    ),
    ...fields,
  });
}
