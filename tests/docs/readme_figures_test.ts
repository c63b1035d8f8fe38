/** Times in the README are those of the reports that it links to. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { overheadsOf } from "../../benchmarks/judge/timings/overheads.ts";
import { openRecord } from "../../benchmarks/record/mod.ts";

const root = new URL("../../", import.meta.url);

/** A ratio with its interval, each with the decimals that it is written with. */
interface Figure {
  text: string;
  values: [string, string, string];
  /** Whether it is what is added, in percent. */
  isAdded: boolean;
}

/** `0.90 × [0.89, 0.93]` and `+0.6 % [−2.1, +1.8]`. */
function figuresIn(text: string): Figure[] {
  const number = "([+−]?\\d+\\.\\d+)";
  const pattern = new RegExp(`${number} ([×%]) \\[${number}, ${number}\\]`, "g");
  return [...text.matchAll(pattern)].map(([text, value, unit, low, high]) => ({
    text,
    values: [value!, low!, high!],
    isAdded: unit === "%",
  }));
}

/** The README's rows that rest on reports of `bench:overhead`: their figures, and those reports. */
async function rows(): Promise<{ figures: Figure[]; folders: string[] }[]> {
  const readme = await Deno.readTextFile(new URL("README.md", root));
  const lines = readme.split("\n").filter((line) => line.startsWith("|"));
  return lines.flatMap((line) => {
    const [, , figure = "", report = ""] = line.split("|");
    const folders = [...report.matchAll(/\(reports\/((?:overhead|sweep)-[^/]+)\//g)]
      .map(([, folder]) => folder!);
    return folders.length === 0 ? [] : [{ figures: figuresIn(figure), folders }];
  });
}

/** The comparisons of a report as ratios. */
async function ratiosIn(folder: string): Promise<[number, number, number][]> {
  const path = fileURLToPath(new URL(`reports/${folder}`, root));
  const { record } = await openRecord(path, "timings");
  return record.rows.flatMap(overheadsOf)
    .map(({ time: { median, low, high } }) => [median, low, high]);
}

function isOf({ values, isAdded }: Figure, ratio: readonly number[]): boolean {
  return values.every((written, i) => {
    const decimals = written.split(".")[1]!.length;
    const value = isAdded ? (ratio[i]! - 1) * 100 : ratio[i]!;
    return Number(written.replace("−", "-")) === Number(value.toFixed(decimals));
  });
}

Deno.test("figures of the README on steps are in the reports beside them", async () => {
  const all = await rows();
  assert.ok(all.flatMap(({ figures }) => figures).length >= 8, "the table is found");
  for (const { figures, folders } of all) {
    assert.ok(figures.length > 0, `no figure with an interval beside ${folders}`);
    const ratios = (await Promise.all(folders.map(ratiosIn))).flat();
    for (const figure of figures) {
      assert.ok(
        ratios.some((ratio) => isOf(figure, ratio)),
        `${figure.text} is no comparison in ${folders.join(", ")}`,
      );
    }
  }
});
