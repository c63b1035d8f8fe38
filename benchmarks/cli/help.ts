import { namedLines } from "./named_lines.ts";
import type { Setting } from "../experiments/settings.ts";

const mostColumns = 100;

/**
 * The help text of a suite.
 *
 * @param suite the suite's name
 * @param profiles its profiles, each with a line about it
 * @param arms its arms, each with a line about it
 * @param settings what `--set` can replace, with the values of the profile `quick`
 * @returns the text
 */
export function helpText(
  suite: string,
  profiles: Record<string, string>,
  arms: Record<string, string>,
  settings: Record<string, Setting>,
): string {
  const keys = Object.entries(settings).filter(([key]) => key !== "description").sort();
  return `deno task bench:${suite} [options]

  --profile NAME    what to run (default quick):
${namedLines(profiles, "    ")}
  --data DIR        a data set's folder instead of the profile's own data
  --backend NAME    cpu, wasm, tensorflow, webgpu; the better of tensorflow and wasm by default
  --arms A,B        these arms only; or FILE.ts, whose default export is a list of arms:
${namedLines(arms, "    ")}
  --model FILE.ts   a module whose default export makes the model
  --seeds 0,1,2     seeds instead of the profile's
  --out DIR         where results go (default reports/latest/${suite})
  --resume          keep the cells that are done in --out, go on with the rest where they stopped
  --force           replace what is in --out
  --shard i/n       run every n-th cell from the i-th on
  --set key=value   replace a value of the profile; may be repeated (here with those of quick):
${filled(keys.map(([key, value]) => `${key}=${value}`))}
  --workers N       threads that decode images, 0 for the main one alone (default: what fits the machine)
  --skip-bad N      pass over up to N images that cannot be read, and report them (default: stop)
  --tensorboard DIR write event files for TensorBoard
  --dry-run         print the plan, with memory and time from a short probe, and stop
  --strict          exit with 1 where a cell or a claim failed
  --help            this text

Exit codes: 0 done, 1 failed under --strict, 2 usage or configuration, 3 data, 4 interrupted,
5 a cell or the timing broke by an error (--resume tries it again), 70 a fault of the program. A cell
that diverged is a result: 0.`;
}

/** Words in lines of a terminal's width, below the options. */
function filled(words: readonly string[]): string {
  const lines: string[] = [];
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && longer.length <= mostColumns) lines[lines.length - 1] = longer;
    else lines.push(`    ${word}`);
  }
  return lines.join("\n");
}
