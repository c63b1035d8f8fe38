import { parseArgs } from "node:util";
import { nearest, UsageError } from "../ground/errors.ts";
import { readAs } from "../ground/kinds.ts";
import { checkTogether, entriesOf, type Option, type Table, written } from "./options.ts";

/** What a command line can hold. */
export interface Grammar<A> {
  /** The command, as `deno task report`. */
  command: string;
  /** The options. */
  options: Table<A>;
  /**
   * What stands on the command line besides options: a line about each, by its name, in order. A name
   * that ends in `…` stands for one or more; in brackets it may be left out.
   */
  operands?: Readonly<Record<string, string>>;
  /** Options of related programs that this one lacks, each with the reason. */
  lacks?: Readonly<Record<string, string>>;
}

/** A command line that was read. */
export interface Parsed<A> {
  asked: A;
  operands: string[];
}

const hint = "(--help lists the options)";

/**
 * Reads a command line. `node:util`'s `parseArgs` cuts it into options and operands; the table says
 * what they mean.
 *
 * @param grammar what it can hold
 * @param args the words after the command
 * @returns what is asked for, or `"help"`
 * @throws {UsageError} if an option is unknown (suggests the nearest), lacks its value or has one that
 * it cannot have, options do not go together, or an operand is missing or too many
 */
export function parse<A>(grammar: Grammar<A>, args: readonly string[]): Parsed<A> | "help" {
  const known = namesOf(grammar.options);
  const options = Object.fromEntries(
    [...known].map(([name, { form }]) => [name, {
      type: form === "flag" ? "boolean" as const : "string" as const,
      ...(name === "help" && { short: "h" }),
    }]),
  );
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const given = new Map<string, string[]>();
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    const option = known.get(token.name);
    if (option === undefined) throw unknown(token.rawName, token.name, [...known.keys()], grammar);
    given.set(option.key, [...given.get(option.key) ?? [], valueOf(token, option.form)]);
  }
  if (given.has("help")) return "help";
  checkTogether(grammar.options, new Set(given.keys()));
  const asked = entriesOf(grammar.options).flatMap(([key, option]) => {
    const value = read(key, option, given.get(key));
    return value === undefined ? [] : [[key, value]];
  });
  checkOperands(grammar, operands);
  return { asked: Object.fromEntries(asked) as A, operands };
}

/** How an option is given, and what it is called in the table. */
type Known = Pick<Option<unknown>, "form"> & { key: string };

/** All options by the names that they can be given. */
function namesOf<A>(table: Table<A>): Map<string, Known> {
  const names = entriesOf(table).flatMap(([key, { form, alias }]) =>
    [key, ...(alias === undefined ? [] : [alias])]
      .map((name): [string, Known] => [written(name).slice(2), { form, key }])
  );
  return new Map([...names, ["help", { form: "flag", key: "help" }]]);
}

function valueOf(
  { rawName, value, inlineValue }: {
    rawName: string;
    value: string | undefined;
    inlineValue: boolean | undefined;
  },
  form: Option<unknown>["form"],
): string {
  if (form === "flag") {
    if (value === undefined) return "";
    throw new UsageError(`${rawName} takes no value: it is "${value}"`);
  }
  if (value === undefined || (!inlineValue && value.startsWith("-"))) {
    throw new UsageError(
      `${rawName} wants a value; one that begins with a dash is written ${rawName}=VALUE ${hint}`,
    );
  }
  return value;
}

function unknown<A>(
  rawName: string,
  name: string,
  known: readonly string[],
  { command, lacks = {} }: Grammar<A>,
): UsageError {
  const program = command.split(" ").at(-1);
  if (Object.hasOwn(lacks, name)) {
    return new UsageError(`${program} has no ${rawName}: ${lacks[name]}`);
  }
  const meant = nearest(name, known);
  const suggestion = meant === undefined ? "" : `; did you mean --${meant}?`;
  return new UsageError(`Unknown option "${rawName}"${suggestion} ${hint}`);
}

function read(key: string, option: Option<unknown>, texts: string[] | undefined): unknown {
  if (texts === undefined) return option.default;
  const values = texts.map((text) => readAs(option.kind, text, written(key)));
  return option.form === "repeated" ? values : values.at(-1);
}

function checkOperands<A>({ operands = {} }: Grammar<A>, given: readonly string[]): void {
  const names = Object.keys(operands);
  const missing = names.find((name, i) => !name.startsWith("[") && given[i] === undefined);
  if (missing !== undefined) {
    throw new UsageError(`${missing} is missing: ${operands[missing]} ${hint}`);
  }
  if (names.at(-1)?.includes("…")) return;
  const extra = given[names.length];
  if (extra === undefined) return;
  throw new UsageError(`Cannot take "${extra}" as it is no option ${hint}`);
}
