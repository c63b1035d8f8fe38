/** What holds for every option of every program. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { distance } from "fastest-levenshtein";
import config from "../../../deno.json" with { type: "json" };
import { entriesOf, type Option, written } from "../../../benchmarks/cli/options.ts";
import { type Grammar, parse } from "../../../benchmarks/cli/command.ts";
import type { Program } from "../../../benchmarks/cli/program.ts";
import { programs } from "./programs.ts";

const root = new URL("../../../", import.meta.url);
const oneLine = (text: string) => text.replace(/\s+/g, " ");

/** A program's options without what they ask of each other. */
function grammarOf({ operands: _, ...program }: Program): Grammar<Record<string, unknown>> {
  const free = entriesOf(program.options).map((
    [key, option],
  ) => [key, { ...option, required: false, excludes: [] }]);
  return { ...program, options: Object.fromEntries(free) };
}

const helpOf = (program: Program) => String(parse<object>(program, ["--help"]));

function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof Error && error.name === "UsageError") return error.message;
    throw error;
  }
  return "";
}

Deno.test("each program's help shows every option of its table with all that is said of it", () => {
  for (const program of programs) {
    const help = helpOf(program);
    for (const line of help.split("\n")) assert.ok(line.length <= 100, line);
    for (const [key, option] of entriesOf(program.options)) {
      const { metavar } = option.kind;
      const head = `${written(key)}${metavar && ` <${metavar}>`} `;
      assert.ok(help.includes(head), `${program.command}: ${head}`);
      assert.ok(option.help.length > 5 && oneLine(help).includes(option.help), option.help);
      const names = Object.entries(option.names ?? {}).flat();
      for (const word of [...names, ...option.kind.names ?? []]) {
        assert.ok(oneLine(help).includes(word), `${program.command}: ${word}`);
      }
      const told = option.usual ?? (option.form === "value" ? option.default : undefined);
      if (told !== undefined) assert.ok(oneLine(help).includes(`default: ${told}`), `${told}`);
      const notes = [option.required && "must be given", option.form === "repeated" && "repeated"];
      for (const note of notes) assert.ok(!note || oneLine(help).includes(note), `${key}: ${note}`);
    }
    for (const [name, line] of Object.entries(program.operands ?? {})) {
      assert.ok(
        help.includes(`\n  ${name.replace(/[^A-Z]/g, "")} `) && oneLine(help).includes(line),
        name,
      );
    }
  }
});

Deno.test("each program's examples are command lines that it takes", () => {
  for (const program of programs) {
    for (const example of program.examples ?? []) {
      assert.ok(example.startsWith(program.command), example);
      const words = example.slice(program.command.length).split(" ").filter(Boolean);
      assert.ok(typeof parse<object>(program, words) !== "string", example);
    }
  }
});

/** The program of `bench:compare` once more, with the permissions that stored results need. */
const withLess = "deno task report:compare";

Deno.test("each task that runs a program has its name, and each program its task", () => {
  const tasks = Object.entries(config.tasks)
    .filter(([, { command }]) => /^deno run .*benchmarks\/\w+\.ts$/.test(command))
    .map(([name]) => `deno task ${name}`)
    .filter((task) => task !== withLess);
  const commands = programs.map(({ command }) => command)
    .filter((command) => command.startsWith("deno task"));
  assert.deepEqual(commands.toSorted(), tasks.toSorted());
});

/** Texts that an option of a metavariable takes; those with names have others. */
const texts: Record<string, fc.Arbitrary<string>> = {
  N: fc.oneof(fc.integer({ min: 30, max: 256 }), fc.integer({ min: 30, max: 1e6 })).map(String),
  SHARE: fc.integer({ min: 1, max: 99 }).map((percent) => `${percent / 100}`),
  "0,1,2": fc.uniqueArray(fc.nat(99), { minLength: 1 }).map(String),
  "N|tf-config|slurm": fc.oneof(
    fc.integer({ min: 1, max: 64 }).map(String),
    fc.constantFrom("tf-config", "slurm"),
  ),
  "1,2,4": fc.uniqueArray(fc.integer({ min: 1, max: 64 }), { minLength: 1 }).map(String),
  "i/n": fc.nat(8).map((i) => `${i + 1}/9`),
  "key=value": fc.tuple(fc.stringMatching(/^\w+$/), fc.string()).map((pair) => pair.join("=")),
  "key=A,B": fc.tuple(fc.stringMatching(/^\w+$/), fc.uniqueArray(fc.nat(99), { minLength: 1 }))
    .map((pair) => pair.join("=")),
  "A,B": fc.array(fc.stringMatching(/^\w+$/), { minLength: 1 }).map(String),
};

function textOf({ form, kind }: Option<unknown>): fc.Arbitrary<string> {
  if (form === "flag") return fc.constant("");
  if (kind.names !== undefined) return fc.constantFrom(...kind.names);
  const words = fc.string({ minLength: 1 }).filter((text) => !text.startsWith("--"));
  return (texts[kind.metavar] ?? words).filter((text) => kind.metavar !== "N" || isOf(kind, text));
}

/** Numbers have bounds of their own. */
function isOf(kind: Option<unknown>["kind"], text: string): boolean {
  try {
    kind.check(kind.parse(text), "it");
    return true;
  } catch {
    return false;
  }
}

Deno.test("parse() reads what was written, in any order and with either form of a value", () => {
  for (const program of programs) {
    const grammar = grammarOf(program);
    const { options } = grammar;
    const given = fc.shuffledSubarray(entriesOf(options)).chain((chosen) =>
      fc.tuple(...chosen.map(([key, option]) => fc.tuple(fc.constant(key), textOf(option))))
    );
    fc.assert(fc.property(given, fc.boolean(), (pairs, inline) => {
      const words = pairs.flatMap(([key, text]) => {
        const name = written(key);
        if (options[key]!.form === "flag") return [name];
        return inline ? [`${name}=${text}`] : [name, text];
      });
      const values = pairs.map(([key, text]) => {
        const { form, kind } = options[key]!;
        const value = kind.check(kind.parse(text), key);
        return [key, form === "repeated" ? [value] : value];
      });
      const defaults = entriesOf(options).flatMap(([key, option]) =>
        option.default === undefined ? [] : [[key, option.default]]
      );
      assert.deepEqual(parse(grammar, words), {
        asked: { ...Object.fromEntries(defaults), ...Object.fromEntries(values) },
        operands: [],
      });
    }));
  }
});

/** A word with one letter left out, doubled, replaced, or exchanged with the next. */
function misspelt(word: string): string[] {
  const edits = [...word].flatMap((letter, i) => {
    const [before, after] = [word.slice(0, i), word.slice(i + 1)];
    const next = after[0] ?? "";
    return [
      before + after,
      before + letter + letter + after,
      `${before}q${after}`,
      before + next + letter + after.slice(1),
    ];
  });
  return edits.filter((edit) => edit !== word && edit !== "" && !edit.startsWith("-"));
}

/** Fails unless a message suggests a word that is as near as the one that was meant. */
function assertSuggested(message: string, wrong: string, meant: string): void {
  const [, name, option] = /did you mean (?:one of )?(?:"([^"]+)|(?:--)?([\w-]+))/i.exec(message) ??
    [];
  const suggestion = name ?? option;
  assert.ok(suggestion !== undefined, `${wrong}, for ${meant}: ${message}`);
  assert.ok(distance(wrong, suggestion) <= distance(wrong, meant), `${wrong}: ${message}`);
}

Deno.test("each misspelling of one letter gets its suggestion, of options and of names", () => {
  let count = 0;
  for (const program of programs) {
    const grammar = grammarOf(program);
    const known = [...entriesOf(grammar.options).map(([key]) => written(key).slice(2)), "help"];
    for (const [key, option] of entriesOf(grammar.options)) {
      const name = written(key).slice(2);
      for (const wrong of misspelt(name).filter((word) => !known.includes(word))) {
        if (option.alias === wrong) continue; // --backend, of --backends
        assertSuggested(messageOf(() => parse(grammar, [`--${wrong}`])), wrong, name);
        count++;
      }
      for (const value of option.kind.names ?? []) {
        for (const wrong of misspelt(value)) {
          if (option.kind.names!.includes(wrong)) continue;
          assertSuggested(messageOf(() => parse(grammar, [`--${name}=${wrong}`])), wrong, value);
          count++;
        }
      }
    }
  }
  assert.ok(count > 1000, `${count}`);
});

/** Options that texts name and that are of other programs: Deno, set-up, npm, mutants, fuzzer, releases. */
const foreign =
  /^--(allow-\w+|config|preload|platform|input_format|output_format|frozen|ignore-times|short|attempt|suite|kind|files|no-remote|no-prompt|check|dry-run|target|cases|seconds|block|no-second|verbose|verify|npz|parallel|shard|minify|output|external|unstable-webgpu|yes|gpu|remove|repository|only|count|seed|jobs|tests|again)$/;

/** Those of Slurm's commands. */
const slurms =
  /^--(array|cpus-per-task|dependency|distribution|gpus-per-task|kill-on-invalid-dep|nodes|ntasks|ntasks-per-node|parsable|requeue|resv-ports|signal|time)$/;

async function* filesIn(path: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(path, root))) {
    if (isDirectory) yield* filesIn(`${path}/${name}`);
    else yield `${path}/${name}`;
  }
}

const readText = (path: string) => Deno.readTextFile(new URL(path, root));
const optionsIn = (text: string) => [...text.matchAll(/(?<![\w-])--[a-z][\w-]*/g)].flat();
const namesOf = ({ options }: Program) =>
  entriesOf(options).flatMap(([key, { alias }]) =>
    [key, ...(alias === undefined ? [] : [alias])].map(written)
  ).concat("--help");

Deno.test("README and docs mention only options that exist", async () => {
  const known = new Set(programs.flatMap(namesOf));
  const docs = (await Array.fromAsync(filesIn("docs"))).filter((path) => path.endsWith(".md"));
  const mentioned = new Set<string>();
  for (const path of ["README.md", "CONTRIBUTING.md", ...docs]) {
    for (const option of optionsIn(await readText(path))) {
      if (foreign.test(option) || slurms.test(option)) continue;
      assert.ok(known.has(option), `${path}: ${option}`);
      mentioned.add(option);
    }
  }
  assert.ok(mentioned.size > 8, `${mentioned.size}`);
});

Deno.test("command lines in texts have options of their program alone", async () => {
  const folders = ["docs", "benchmarks", ".github", "reports"];
  const files = (await Promise.all(folders.map((path) => Array.fromAsync(filesIn(path))))).flat()
    .filter((path) => /\.(md|ts|yml|sh)$/.test(path));
  let count = 0;
  for (const path of ["README.md", "CONTRIBUTING.md", ...files]) {
    const text = await readText(path);
    for (const program of programs) {
      for (
        const [line] of text.matchAll(new RegExp(`${program.command} (?!--allow)[^\`|\\n]*`, "g"))
      ) {
        for (const option of optionsIn(line.slice(program.command.length))) {
          assert.ok(namesOf(program).includes(option), `${path}: ${line}`);
          count++;
        }
      }
    }
  }
  assert.ok(count > 30, `${count}`);
});
