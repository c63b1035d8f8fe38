/**
 * The head of the report: what was compared, what came out, in one screen.
 *
 * @module
 */
import type { Result } from "../../record/mod.ts";
import { contrastsOf } from "../contrasts.ts";
import { bounds, fixed, grouped, oneLine, signed } from "../../ground/format.ts";
import { mainMetric, metricDigits, metricLabel, type Row } from "../metrics.ts";
import { comparisonWarnings, pairingRows } from "../pairing.ts";
import { chanceRows, incidentRows } from "../run.ts";
import { type Score, scoreOf } from "../scores.ts";
import { type Speed, speedsOf } from "../speed.ts";
import { swatch } from "./charts.ts";
import { verdictMarkup } from "./claims.ts";
import { type Markup, markup } from "./markup.ts";
import { listing } from "./table.ts";

/** More on top would hide the rest: where one cell does not pair, its arm's others will not either. */
const mostWarnings = 3;

/** With more rows than this the tables below serve better. */
const mostCards = 8;

/**
 * Title, verdict, facts, and a card for each arm.
 *
 * @param result the result
 */
export function header(result: Result): Markup {
  return markup`<header>
<p class="eyebrow">${oneLine(`${result.suite} · profile ${result.profile}`)}</p>
<h1>${oneLine(result.title)}</h1>
${warnings(result)}${verdictMarkup(result)}
${cards(result)}
${facts(result)}
</header>`;
}

function warnings(result: Result): Markup[] {
  return comparisonWarnings(result).slice(0, mostWarnings).map(({ message, advice }) =>
    markup`<div class="verdict"><p><b>Warning: ${oneLine(message)}.</b> ${
      oneLine(advice)
    }.</p></div>`
  );
}

function facts(result: Result): Markup {
  const { data, seeds, environment, createdAt } = result;
  const { backend, backendVersion, gpu, cpu } = environment;
  const rows: [string, string][] = [
    ["Data", `${data.name}${data.generated ? " (generated)" : ""}`],
    ["Classes", grouped(data.classes)],
    [
      "Images",
      `${grouped(data.trainingCount)} training, ${grouped(data.validationCount)} validation`,
    ],
    ["Seeds", seeds.length > 12 ? `${seeds.length}` : seeds.join(", ")],
    ["Backend", `${backend} ${backendVersion}`],
    ["Machine", gpu ?? cpu],
    ["Made", createdAt.replace("T", " ").replace(/\.\d+Z$/, " UTC")],
  ];
  const chances = chanceRows(result, (name) => `“${name}”`);
  return listing([...rows, ...chances, ...incidentRows(result), ...pairingRows(result)]);
}

function cards(result: Result): Markup {
  const metric = mainMetric(result);
  const speeds = speedsOf(result);
  if (metric === undefined || speeds.length > mostCards) return markup``;
  const items = speeds.map((speed, i) => card(result, speed, i, metric));
  return markup`<ul class="cards">${items}</ul>`;
}

function card(result: Result, { row, added }: Speed, index: number, metric: string): Markup {
  const score = scoreOf(row, metric);
  const lines = [
    ...differenceLine(result, row, metric),
    ...(added === undefined ? [] : [
      markup`<p><b>${signed(added.percent, 1)} %</b> step time${
        added.interval === undefined ? "" : ` ${bounds(added.interval, 1)}`
      }</p>`,
    ]),
  ];
  return markup`<li><h3>${swatch(index)}${oneLine(row.label)}</h3>
<p class="score"><b>${fixed(score?.mean, metricDigits(metric))}</b>${spread(score, metric)}
<span>${oneLine(metricLabel(metric))}, mean of ${score?.n ?? 0}</span></p>
${lines}</li>`;
}

function spread(score: Score | undefined, metric: string): string {
  if (score?.interval === undefined) return "";
  const { low, high } = score.interval;
  return ` ± ${fixed((high - low) / 2, metricDigits(metric))}`;
}

/** The row against the first arm. */
function differenceLine(result: Result, { arm, sweep }: Row, metric: string): Markup[] {
  const [first] = result.arms;
  if (arm === first?.name) return [markup`<p>what the others are compared to</p>`];
  const label = `${arm} − ${first?.name}${sweep === undefined ? "" : `, ${sweep}`}`;
  const difference = contrastsOf(result, metric).find((each) => each.label === label)?.difference;
  if (difference === undefined) return [];
  const { mean, interval } = difference;
  const range = interval === undefined ? "" : ` ${bounds(interval, 2)}`;
  return [markup`<p><b>${signed(mean, 2)}</b> to ${oneLine(first?.name ?? "")}${range}</p>`];
}
