import * as assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { overheadCsv } from "../../../benchmarks/timing/csv.ts";
import { overheadMarkdown } from "../../../benchmarks/timing/markdown.ts";
import { parseOverheadResult, type SubjectRecord } from "../../../benchmarks/timing/record.ts";
import { blocksOf, recordOf, resultOf } from "./synthetic.ts";

const notRun: SubjectRecord = {
  ...recordOf("keras", []),
  status: "not run",
  error: "Cannot import keras: No module named 'keras'",
};

/** The cells of the row whose first cell is that. */
function row(markdown: string, first: string): string[] {
  const line = markdown.split("\n").find((line) => line.startsWith(`| ${first} |`));
  return line?.split("|").slice(2, -1).map((cell) => cell.trim()) ?? [];
}

Deno.test("overheadMarkdown() sets steps in relation to the plain one and to PyTorch's", () => {
  const markdown = overheadMarkdown(resultOf([
    recordOf("plain", blocksOf(30, 100)),
    recordOf("plain-again", blocksOf(30, 101)),
    recordOf("ws", blocksOf(30, 110)),
    recordOf("infer-plain", blocksOf(30, 40)),
    recordOf("infer-ws", blocksOf(30, 50)),
    recordOf("pytorch", blocksOf(30, 200)),
  ]));
  const ratio = (value: string) => `${value} [${value}, ${value}]`;
  assert.deepEqual(row(markdown, "tensorflow captured: WS"), [
    "110.0",
    "110.0–110.0",
    "18.2",
    ratio("1.100"),
    ratio("0.550"),
    "1500",
  ]);
  assert.deepEqual(row(markdown, "PyTorch eager: plain").slice(3, 5), [ratio("2.000"), "–"]);
  assert.deepEqual(row(markdown, "tensorflow captured: inference, WS").slice(3, 5), ["–", "–"]);
  const pair = "tensorflow captured: inference, WS over tensorflow captured: inference, plain";
  assert.equal(row(markdown, pair)[0], "+25.0 % [+25.0, +25.0]");
  assert.match(markdown, /A\/A: the plain step over itself.* is \+1\.0 % \[\+1\.0, \+1\.0\]/);
  assert.match(markdown, /95 % bootstrap interval/);
  assert.equal(
    row(markdown, "tensorflow captured: WS over tensorflow captured: plain").at(-1),
    "beyond noise",
  );
  assert.equal(row(markdown, pair).at(-1), "no A/A");
  assert.doesNotMatch(markdown, /high-spread/);
});

Deno.test("overheadMarkdown() compares with the fastest form of PyTorch, and it with its like", () => {
  const result = resultOf([
    recordOf("plain", blocksOf(30, 100)),
    recordOf("plain-again", blocksOf(30, 100)),
    recordOf("ws", blocksOf(30, 110)),
    recordOf("pytorch", blocksOf(30, 200)),
    recordOf("pytorch-channels-last", blocksOf(30, 125)),
    recordOf("pytorch-compiled", []),
    recordOf("pytorch-composer", blocksOf(30, 210)),
    recordOf("pytorch-composer-channels-last", blocksOf(30, 220)),
  ]);
  const markdown = overheadMarkdown(parseOverheadResult(JSON.parse(JSON.stringify(result))));
  const ratio = (value: string) => `${value} [${value}, ${value}]`;
  const added = (pair: string) => row(markdown, pair)[1];
  assert.equal(row(markdown, "tensorflow captured: plain")[4], ratio("0.800"));
  const channelsLast = "PyTorch eager, channels last";
  assert.equal(added(`tensorflow captured: plain over ${channelsLast}: plain`), ratio("0.800"));
  assert.equal(
    added("tensorflow captured: WS over PyTorch eager: Composer's WS"),
    ratio("0.524"), // where Composer is faster without
  );
  assert.equal(
    added(`${channelsLast}: Composer's WS over ${channelsLast}: plain`),
    ratio("1.760"),
  );
  assert.equal(added("tensorflow captured: plain over PyTorch eager: plain"), undefined);
});

Deno.test("overheadMarkdown() has each A/A, and the tensors before and after", () => {
  const tensors = (name: string, after: number) => ({
    ...recordOf(name, blocksOf(30, 40)),
    tensors: { before: 1063, after },
  });
  const markdown = overheadMarkdown(resultOf([
    tensors("infer-plain", 1063),
    tensors("infer-plain-again", 1070),
    recordOf("pytorch-infer", blocksOf(30, 40)),
  ]));
  assert.match(markdown, /A\/A: .* is \+0\.0 % \[.*\] for tensorflow captured: inference, plain\./);
  const [, section] = markdown.split("## Tensors");
  assert.deepEqual(row(section!, "tensorflow captured: inference, plain"), ["1,063", "1,063", "0"]);
  assert.deepEqual(row(section!, "tensorflow captured: inference, plain, again").at(-1), "+7");
  assert.match(markdown, /\*\*tensor-leak\*\*: .*plain, again \+7\./);
});

Deno.test("overheadMarkdown() says plainly that few rounds have no interval", () => {
  const few = resultOf([
    recordOf("plain", blocksOf(3, 100)),
    recordOf("ws", blocksOf(3, 110, 0.1)),
  ]);
  few.complete = false;
  few.config.rounds = 9;
  const markdown = overheadMarkdown(few);
  assert.equal(row(markdown, "tensorflow captured: WS")[3], "1.210 (1.100–1.320)");
  assert.match(markdown, /30 rounds are needed for an interval/);
  assert.match(markdown, /3 rounds of 9: interrupted/);
  assert.match(markdown, /A\/A: not run/);
});

Deno.test("overheadMarkdown() warns when a subject was disturbed", () => {
  const disturbed = recordOf("pytorch", [...blocksOf(3, 100), ...blocksOf(3, 300)]);
  const markdown = overheadMarkdown(resultOf([recordOf("plain", blocksOf(6, 100)), disturbed]));
  assert.match(markdown, /\*\*high-spread\*\*: .* apart: PyTorch eager: plain 100\.0–300\.0 ms\./);
});

Deno.test("overheadMarkdown() names who was not run or failed, and keeps what is there", () => {
  const died: SubjectRecord = {
    ...recordOf("pytorch-timm", blocksOf(2, 90)),
    status: "failed",
    error: "RuntimeError: a | b (exit code 1)",
  };
  const markdown = overheadMarkdown(resultOf([recordOf("plain", blocksOf(4, 100)), died, notRun]));
  assert.match(markdown, /- Keras tf\.function: plain: not run: Cannot import keras/);
  assert.match(markdown, /timm's StdConv2d: failed: RuntimeError: a \\\| b \(exit code 1\)/);
  assert.equal(row(markdown, "PyTorch eager: timm's StdConv2d")[3], "0.900 (0.900–0.900)");
  assert.deepEqual(row(markdown, "Keras tf.function: plain").slice(0, 1), ["25,557,032"]);
});

Deno.test("overheadCsv() holds every step in full precision", () => {
  const blocks = blocksOf(2, 1 / 3);
  blocks[3]!.durationsMs.push(7);
  const rows = parse(overheadCsv(resultOf([recordOf("ws", blocks), notRun])), {
    columns: true,
  }) as Record<string, string>[];
  assert.deepEqual(rows.map(({ durationMs }) => Number(durationMs)), [...Array(4).fill(1 / 3), 7]);
  assert.deepEqual(rows.at(-1), {
    subject: "ws",
    engine: "tensorflow",
    mode: "captured",
    work: "train",
    kernels: "ws",
    round: "1",
    leg: "back",
    step: "1",
    durationMs: "7",
  });
});

Deno.test("parseOverheadResult() takes what is written, and nothing else", () => {
  const result = resultOf([recordOf("plain", blocksOf(2, 5)), notRun]);
  const written = JSON.parse(JSON.stringify(result));
  assert.deepEqual(parseOverheadResult(written), result);
  for (const change of [{ schemaVersion: 2 }, { suite: "ade20k" }, { subjects: [{}] }, { x: 1 }]) {
    assert.throws(() => parseOverheadResult({ ...written, ...change }), { name: "ValiError" });
  }
  written.subjects[0].blocks[0].durationsMs[0] = -1;
  assert.throws(() => parseOverheadResult(written), { name: "ValiError" });
});
