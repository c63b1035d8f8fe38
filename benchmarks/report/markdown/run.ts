/**
 * The sections on the run itself: cells that failed or are missing, warnings, environment, command.
 *
 * @module
 */
import type { CellRecord, Environment, Result, Warning } from "../../result.ts";
import { counted, fixed } from "../format.ts";
import { rowsOf } from "../metrics.ts";
import { plain, table } from "./table.ts";

/** Cells without a result. A failed cell says where, and that its curve is kept. */
export function unfinishedSections(result: Result): string[] {
  const lines = rowsOf(result).flatMap(({ label, cells }) =>
    result.seeds.flatMap((seed) => {
      const cell = cells.find((cell) => cell.seed === seed);
      return cell?.status === "done" ? [] : [`- ${plain(label)}, seed ${seed}: ${endText(cell)}`];
    })
  );
  return lines.length === 0 ? [] : ["## Cells without a result", lines.join("\n")];
}

function endText(cell: CellRecord | undefined): string {
  if (cell === undefined) return "did not run";
  const after = `${cell.status} after ${counted(cell.steps, "step")}`;
  if (cell.status === "interrupted") return `${after}; the command with --resume continues`;
  const last = cell.curve.findLast(({ loss }) => Number.isFinite(loss));
  const kept = last === undefined
    ? "no step had a finite loss"
    : `its curve is kept, the last finite loss is ${fixed(last.loss, 4)} at step ${last.step}`;
  return `${after}: ${plain(cell.error ?? "no reason given")}; ${kept}`;
}

/** Warnings of the run and of its cells, each once, with the count of cells that gave it. */
export function warningSections(result: Result): string[] {
  const given = [...result.warnings, ...result.cells.flatMap((cell) => cell.warnings)];
  const groups = Map.groupBy(
    given,
    ({ code, message, advice }) => `${code}\n${message}\n${advice}`,
  );
  const lines = [...groups.values()].map((warnings) => {
    const { code, message, advice } = warnings[0] as Warning;
    const times = warnings.length > 1 ? ` (${warnings.length} times)` : "";
    return `- **${plain(code)}**${times}: ${plain(message)}. ${plain(advice)}`;
  });
  if (lines.length === 0) return [];
  const shown = lines.slice(0, mostWarnings);
  const rest = lines.length - shown.length;
  return [
    "## Warnings",
    [...shown, ...(rest > 0 ? [`- and ${rest} more in result.json`] : [])].join("\n"),
  ];
}

/** More would not be read, nor fit a comment on a pull request. */
const mostWarnings = 20;

/** Machine and versions. */
export function environmentSections({ environment, data }: Result): string[] {
  const rows = Object.entries(environmentRows(environment));
  return [
    "## Environment",
    table(["what", "value"], [
      ...rows.map(([key, value]) => [key, plain(value)]),
      ["data (SHA-256)", plain(data.identity)],
    ], ["l", "l"]),
  ];
}

function environmentRows(environment: Environment): Record<string, string> {
  const { gpu, commit, dirty } = environment;
  return {
    Deno: `${environment.deno}, V8 ${environment.v8}, TypeScript ${environment.typescript}`,
    "TensorFlow.js": environment.tensorflowjs,
    backend: `${environment.backend} ${environment.backendVersion}`,
    system: `${environment.os} ${environment.arch}`,
    processor: `${environment.cpu}, ${counted(environment.cores, "core")}`,
    memory: `${fixed(environment.memoryBytes / 1e9, 1)} GB`,
    ...(gpu !== undefined && { accelerator: gpu }),
    ...(commit !== undefined && { commit: dirty === true ? `${commit}, with changes` : commit }),
  };
}

/** The command that repeats the run, and its configuration. */
export function repeatSections({ command, config }: Result): string[] {
  const values = Object.entries(config).map((
    [key, value],
  ) => [plain(key), plain(JSON.stringify(value))]);
  return [
    "## How to repeat it",
    fenced(command),
    ...(values.length > 0
      ? [
        `<details><summary>Configuration</summary>\n\n${
          table(["key", "value"], values, ["l", "l"])
        }\n\n</details>`,
      ]
      : []),
  ];
}

/** A fence longer than any within. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}sh\n${text}\n${fence}`;
}
