/**
 * How a run differs from the published one.
 *
 * @module
 */
import { grouped } from "../../ground/format.ts";
import type { Json, Result } from "../../record/mod.ts";
import type { Protocol, ProtocolDetails } from "../../experiments/claims/claim.ts";

/**
 * Every difference between a run and the published protocol, in words.
 *
 * @param result the run
 * @param protocol the published one
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

function dataDifferences({ data }: Result, name: string, protocol: ProtocolDetails): string[] {
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, "");
  const same = plain(data.name) === plain(name) && data.classes === protocol.classes &&
    data.trainingCount === protocol.trainingCount &&
    data.validationCount === protocol.validationCount;
  const text = (
    name: string,
    counts: Pick<ProtocolDetails, "classes" | "trainingCount" | "validationCount">,
  ) =>
    `${name} (${grouped(counts.classes)} classes, ${grouped(counts.trainingCount)} + ` +
    `${grouped(counts.validationCount)} images)`;
  return same ? [] : [`data ${text(data.name, data)}, not ${text(name, protocol)}`];
}

function cellDifferences(result: Result, model: string, protocol: ProtocolDetails): string[] {
  const done = result.cells.filter((cell) => cell.status === "done");
  const seen = (values: number[]) => [...new Set(values)].map(grouped).join(" or ");
  const differences: string[] = [];
  const compare = (values: number[], wanted: number, text: (seen: string) => string) => {
    if (values.some((value) => value !== wanted)) differences.push(text(seen(values)));
  };
  compare(
    done.map((cell) => cell.parameterCount),
    protocol.parameterCount,
    (seen) => `model of ${seen} parameters, not ${model} of ${grouped(protocol.parameterCount)}`,
  );
  compare(
    done.map((cell) => cell.batchSize),
    protocol.batchSize,
    (seen) => `batch ${seen}, not ${grouped(protocol.batchSize)}`,
  );
  compare(
    done.map((cell) => cell.steps),
    protocol.steps,
    (seen) => `${seen} steps, not ${grouped(protocol.steps)}`,
  );
  compare(
    done.filter(({ arm }) => arm === "ws").map((cell) =>
      cell.convolutionCount - cell.standardizedCount
    ),
    protocol.ignored,
    (seen) => `WS ignores ${seen} convolutions, not ${grouped(protocol.ignored)}`,
  );
  return differences;
}

function configDifferences(config: Record<string, Json>, wanted: Record<string, Json>): string[] {
  return Object.entries(wanted).flatMap(([key, value]) => {
    const seen = JSON.stringify(config[key]);
    const same = config[key] === undefined || seen === JSON.stringify(value);
    return same ? [] : [`${key} ${seen}, not ${JSON.stringify(value)}`];
  });
}
