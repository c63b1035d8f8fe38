/**
 * The part of a report that goes beyond what was measured: the model, how well it fits, and what it
 * says of more workers and of networks. All of that is labelled a projection.
 *
 * @module
 */
import { fixed } from "../../ground/format.ts";
import { timesOf } from "../../judge/scaling/figures.ts";
import { type Network, type ScalingModel, stepMs, through } from "../../judge/scaling/model.ts";
import type { ScalingRow } from "../../record/mod.ts";
import { type Column, list, note, section, table } from "../blocks.ts";
import type { Block } from "../document.ts";
import { networkName, rowText } from "./words.ts";

/** Networks that the projection puts in the place of the loopback. */
const links = [
  { name: "10 Gbit/s, 50 µs", gigabits: 10, latencyMs: 0.05 },
  { name: "25 Gbit/s, 20 µs", gigabits: 25, latencyMs: 0.02 },
  { name: "100 Gbit/s, 10 µs", gigabits: 100, latencyMs: 0.01 },
] as const;

const counts = [2, 4, 8, 16, 32, 64];

/** A network as one group's kind was timed on it. */
export interface TimedNetwork {
  depth: number;
  model: ScalingModel;
  network: Network;
}

/** The networks of a measurement, each with every model that was fitted. */
export function timedNetworks(
  rows: readonly ScalingRow[],
  models: readonly ScalingModel[],
): TimedNetwork[] {
  const depths = [...new Set(rows.map(({ values }) => values.depth))];
  return depths.flatMap((depth) =>
    models.flatMap((model) => {
      const network = networkOf(rows.filter(({ values }) => values.depth === depth), model.name);
      return network === undefined ? [] : [{ depth, model, network }];
    })
  );
}

/** The computation is that of one worker where it was timed alone, else of several side by side. */
function networkOf(rows: readonly ScalingRow[], name: string): Network | undefined {
  const groups = rows.filter(({ oversubscribed }) => !oversubscribed)
    .map(({ values: { workers }, groups }) => ({
      workers,
      group: groups.find((group) => group.name === name),
    }));
  const many = groups.find(({ workers, group }) => workers > 1 && group?.ready)?.group;
  const one = groups.find(({ workers }) => workers === 1)?.group;
  const times = (one && timesOf(one, "step")) ?? (many && timesOf(many, "compute"));
  if (times === undefined || many?.ready === undefined) return undefined;
  return { computeMs: times.median, bucketBytes: many.ready.bucketBytes };
}

/** The model and what it projects; nothing where nothing was fitted. */
export function projectionBlocks(
  rows: readonly ScalingRow[],
  models: readonly ScalingModel[],
): Block[] {
  if (models.length === 0) return [];
  return [
    note(
      "A projection, not a measurement. The model: a ring passes 2 · (N − 1) messages on for each " +
        "bucket, one after the other; all-reduce(N) = Σ over buckets of 2 · (N − 1) · (latency + " +
        "bytes / N / bandwidth), and step(N) = compute + exposed · all-reduce(N). Latency and " +
        "bandwidth are fitted by least squares of relative errors to the all-reduces that were timed " +
        "alone, exposed to the steps; rows with more workers than cores are left out.",
    ),
    ...modelTable(models),
    ...fitTable(rows, models),
    ...timedNetworks(rows, models).flatMap(projectionTable),
    ...section("What the model cannot know", list(limits), 3),
  ];
}

const limits = [
  "Real networks: none was used. A link stands for a loopback whose messages take the link's latency " +
  "longer, and of which no byte is faster than the slower of the two; congestion, switches, and " +
  "machines that are not alike are not in it.",
  "NCCL, GPUs and InfiniBand: collectives that leave the processor alone hide more of themselves than " +
  "those here, which take their time from the core that computes.",
  "Stragglers: a step waits for its slowest worker, and of more workers one is slower.",
  "Whether what is exposed stays the same share: with more workers, or a slower link, the all-reduce " +
  "outlasts the backward pass behind which it hides.",
];

function modelTable(models: readonly ScalingModel[]): Block[] {
  return table("The model, as fitted on this machine's loopback", models, [
    ["group", ({ label }) => label],
    ["latency of a message (ms)", ({ link }) => ({ value: link.latencyMs, digits: 3 })],
    ["bandwidth (GB/s)", ({ link }) => ({ value: 1e-6 / link.msPerByte, digits: 2 })],
    ["fitted to all-reduces", ({ transfers }) => ({ value: transfers, digits: 0 })],
    ["residual (%)", ({ transferResidual }) => ({ value: 100 * transferResidual, digits: 1 })],
    ["exposed", ({ exposed }) => ({ value: exposed, digits: 2 })],
    ["fitted to steps", ({ steps }) => ({ value: steps, digits: 0 })],
    ["residual (%)", ({ stepResidual }) => ({ value: 100 * stepResidual, digits: 1 })],
  ], { paper: true });
}

/** Every step as it was measured and as the model has it. */
function fitTable(rows: readonly ScalingRow[], models: readonly ScalingModel[]): Block[] {
  const fitted = timedNetworks(rows, models).flatMap(({ depth, model, network }) =>
    rows.filter(({ values, oversubscribed }) =>
      values.depth === depth && values.workers > 1 && !oversubscribed
    ).flatMap((row) => {
      const group = row.groups.find(({ name }) => name === model.name);
      const times = group && timesOf(group, "step");
      return times === undefined
        ? []
        : [{ row, model, seen: times.median, said: stepMs(model, network, row.values.workers) }];
    })
  );
  return table("Measured, and by the model", fitted, [
    ["row", ({ row }) => rowText(row)],
    ["group", ({ model }) => model.label],
    ["step measured (ms)", ({ seen }) => ({ value: seen, digits: 1 })],
    ["by the model (ms)", ({ said }) => ({ value: said, digits: 1 })],
    ["off by (%)", ({ seen, said }) => ({
      value: 100 * (said / seen - 1),
      digits: 1,
      signed: true,
    })],
  ]);
}

function projectionTable({ depth, model, network }: TimedNetwork): Block[] {
  const all = [
    { name: "this loopback", link: model.link },
    ...links.map(({ name, ...link }) => ({ name, link: through(model.link, link) })),
  ];
  const columns = all.map(({ name, link }): Column<number> => [
    `${name} (ms)`,
    (workers) => {
      const ms = stepMs({ ...model, link }, network, workers);
      return { value: ms, digits: 0, note: `${fixed(100 * network.computeMs / ms, 0)} %` };
    },
  ]);
  const title = `Projection: ${networkName(depth)}, ${model.label}`;
  const caption = `${title}: a step over workers with a core each, and the share of it that is ` +
    "computation";
  return section(
    title,
    table(caption, counts, [["workers", (workers) => `${workers}`], ...columns]),
    3,
  );
}
