/**
 * How a run differs from the published one.
 *
 * @module
 */
import { grouped } from "../../ground/format.ts";
import type { CellRecord, Json, Result } from "../../record/mod.ts";
import type { Claim, Protocol, ProtocolDetails } from "../../experiments/claims/claim.ts";

/**
 * Every difference between a run and the published protocol, in words.
 *
 * @returns an empty list where the run follows the protocol
 */
export function protocolDifferences(result: Result, protocol: Protocol): string[] {
  const { data, model, details } = protocol;
  if (details === undefined) return [`not shown to follow the published run, ${model} on ${data}`];
  return [
    ...dataDifferences(result, data, details),
    ...cellDifferences(result, model, details),
    ...configDifferences(result.config, details.config),
  ];
}

/** How the arms of a claim's contrast differ from the settings that it names, in words. */
export function armDifferences(
  result: Result,
  { test, settings = {}, multiples = {} }: Claim,
): string[] {
  return Object.keys(test.contrast.weights).flatMap((name) => {
    const own = result.arms.find((arm) => arm.name === name)?.settings ?? {};
    return [
      ...configDifferences({ ...result.config, ...own }, settings[name] ?? {}),
      ...multipleDifferences(result.config, own, multiples[name] ?? {}),
      ...ownValues(result.config, own, { ...settings[name], ...multiples[name] }),
    ].map((text) => `${name}: ${text}`);
  });
}

/** What makes an arm of a suite what it is called. */
const defining: readonly string[] = ["normalization", "microbatchSize"];

/** Values that an arm was given for itself, and the claim's run had for all arms. */
function ownValues(
  config: Record<string, Json>,
  own: Record<string, Json>,
  claimed: object,
): string[] {
  return Object.entries(own)
    .filter(([key]) => !defining.includes(key) && !(key in claimed))
    .map(([key, value]) => {
      const run = config[key] === undefined ? "" : `, the run's is ${JSON.stringify(config[key])}`;
      return `${key} ${JSON.stringify(value)} of its own${run}`;
    });
}

/** A value that the record leaves out is 1: then it is one that later releases added. */
function multipleDifferences(
  config: Record<string, Json>,
  own: Record<string, Json>,
  wanted: Readonly<Record<string, number>>,
): string[] {
  return Object.entries(wanted).flatMap(([key, times]) => {
    const usual = Number(config[key] ?? 1), seen = Number(own[key] ?? usual);
    const isThat = Math.abs(seen - times * usual) <= 1e-9 * Math.abs(seen);
    return isThat ? [] : [`${key} ${seen}, not ${times} × ${usual}`];
  });
}

type Counts = Pick<ProtocolDetails, "classes" | "trainingCount" | "validationCount">;

function dataDifferences({ data }: Result, name: string, protocol: ProtocolDetails): string[] {
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, "");
  const text = ({ classes, trainingCount, validationCount }: Counts) =>
    `(${grouped(classes)} classes, ${grouped(trainingCount)} + ${grouped(validationCount)} images)`;
  const [seen, wanted] = [text(data), text(protocol)];
  if (plain(data.name) === plain(name) && seen === wanted) return [];
  return [`data ${data.name} ${seen}, not ${name} ${wanted}`];
}

function cellDifferences(
  { cells }: Result,
  model: string,
  { parameterCount, batchSize, steps, ignored }: ProtocolDetails,
): string[] {
  const done = cells.filter((cell) => cell.status === "done");
  const differs = (
    wanted: number,
    valueOf: (cell: CellRecord) => number,
    text: (seen: string, wanted: string) => string,
    among = done,
  ) => {
    const seen = [...new Set(among.map(valueOf))];
    if (seen.every((value) => value === wanted)) return [];
    return [text(seen.map(grouped).join(" or "), grouped(wanted))];
  };
  return [
    ...differs(
      parameterCount,
      (cell) => cell.parameterCount,
      (seen, wanted) => `model of ${seen} parameters, not ${model} of ${wanted}`,
    ),
    ...differs(
      batchSize,
      (cell) => cell.batchSize,
      (seen, wanted) => `batch ${seen}, not ${wanted}`,
    ),
    ...differs(steps, (cell) => cell.steps, (seen, wanted) => `${seen} steps, not ${wanted}`),
    ...differs(
      ignored,
      (cell) => cell.convolutionCount - cell.standardizedCount,
      (seen, wanted) => `WS ignores ${seen} convolutions, not ${wanted}`,
      done.filter(({ arm }) => arm === "ws"),
    ),
  ];
}

function configDifferences(config: Record<string, Json>, wanted: Record<string, Json>): string[] {
  return Object.entries(wanted).flatMap(([key, value]) => {
    const seen = JSON.stringify(config[key]);
    const same = config[key] === undefined || seen === JSON.stringify(value);
    return same ? [] : [`${key} ${seen}, not ${JSON.stringify(value)}`];
  });
}
