/**
 * A program's command line and help, made of its table by commander.
 *
 * @module
 */
import { Command, CommanderError, Help, Option as CommanderOption } from "commander";
import { UsageError } from "../ground/errors.ts";
import { readAs } from "../ground/value_kinds.ts";
import { type Ending, endingTexts, exitCodes } from "./exit.ts";
import { defaultsOf, entriesOf, type Option, type Table, written } from "./options.ts";

/** What can stand on a command line, and what its help says. */
export interface Grammar<A> {
  /** The command, as `deno task report`. */
  command: string;
  /** What the program is for. */
  summary: string;
  /** The options. */
  options: Table<A>;
  /**
   * What stands there besides options: a line about each, by its name, in order. `FILE...` stands for
   * one or more, `[FILE...]` for any number.
   */
  operands?: Readonly<Record<string, string>>;
  /** Options of related programs that this one lacks, each with the reason. */
  lacks?: Readonly<Record<string, string>>;
  /** Command lines that show what it can do. */
  examples?: readonly string[];
  /** The ways that it can end besides those that all programs have, or words of its own for these. */
  endings?: Readonly<Partial<Record<Ending, string>>>;
}

/** A command line that was read. */
export interface Parsed<A> {
  asked: A;
  operands: string[];
}

const helpWidth = 100;

/**
 * Reads a command line.
 *
 * @param args the words after the command
 * @returns what is asked for, or the help text where that is
 * @throws {UsageError} if an option is unknown (suggests the nearest), lacks its value or has a wrong
 * one, options do not go together, or an operand is missing or too many
 */
export function parse<A extends object>(
  grammar: Grammar<A>,
  args: readonly string[],
): Parsed<A> | string {
  let help = "";
  const command = commandOf(grammar, args, (text) => help += text);
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.helpDisplayed") return help.trimEnd();
    throw new UsageError(reworded(error, grammar), { cause: error });
  }
  const asked = { ...defaultsOf(grammar.options), ...command.opts() } as A;
  return { asked, operands: command.args };
}

function commandOf<A>(
  grammar: Grammar<A>,
  args: readonly string[],
  writeOut: (text: string) => void,
): Command {
  const { command: name, summary, options, operands = {} } = grammar;
  const command = new Command(name).description(summary).exitOverride().configureOutput({
    writeOut,
    writeErr: () => {}, // errors are thrown
    getOutHelpWidth: () => helpWidth,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  });
  for (const [name, line] of Object.entries(operands)) {
    command.argument(name.startsWith("[") ? name : `<${name}>`, line);
  }
  for (const [key, option] of entriesOf(options)) {
    command.addOption(commanderOption(key, option, args));
  }
  return command.helpOption("-h, --help", "this text").addHelpText("after", afterHelp(grammar));
}

function commanderOption(
  key: string,
  option: Option<unknown>,
  args: readonly string[],
): CommanderOption {
  const { kind, form, alias, required = false, excludes = [] } = option;
  const names = [...(alias === undefined ? [] : [alias]), key].map(written);
  const made = new CommanderOption(
    form === "flag" ? names.join(", ") : `${names.join(", ")} <${kind.metavar}>`,
    descriptionOf(option),
  );
  made.makeOptionMandatory(required).conflicts([...excludes]);
  if (form === "flag") return made;
  return made.argParser<unknown>((text, earlier) => {
    // After a space it is the next option, before which the value is missing; after "=" a value.
    if (text.startsWith("--") && !names.some((name) => args.includes(`${name}=${text}`))) {
      throw new UsageError(`${written(key)} wants a value: it is "${text}"`);
    }
    const value = readAs(kind, text, written(key));
    return form === "repeated" ? [...(earlier as unknown[] ?? []), value] : value;
  });
}

function descriptionOf({ help, form, kind, names, required, usual, ...option }: Option<unknown>) {
  const usually = usual ?? (form === "value" ? option.default : undefined);
  const notes = [
    ...(names === undefined && kind.names ? [kind.names.join(", ")] : []),
    ...(required ? ["must be given"] : []),
    ...(form === "repeated" ? ["may be repeated"] : []),
    ...(usually === undefined ? [] : [`default: ${usually}`]),
  ];
  return notes.length === 0 ? help : `${help} (${notes.join("; ")})`;
}

/** The names that options take, examples and exit codes. */
function afterHelp<A>({ options, examples = [], endings = {} }: Grammar<A>): string {
  const help = new Help();
  help.helpWidth = helpWidth;
  const words = { ...endingTexts, ...endings };
  const codes = (Object.keys(exitCodes) as Ending[]).filter((ending) => words[ending])
    .map((ending) => `${exitCodes[ending]} ${words[ending]}`);
  const sections = [
    ...entriesOf(options).flatMap(([key, { names }]) =>
      names ? [namesSection(help, key, names)] : []
    ),
    ...(examples.length > 0 ? [["Examples:", ...examples].join("\n  ")] : []),
    help.boxWrap(`Exit codes: ${codes.join("; ")}.`, helpWidth),
  ];
  return `\n${sections.join("\n\n")}`;
}

function namesSection(help: Help, key: string, names: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(names).map((name) => name.length));
  const lines = Object.values(names).every((line) => line === "")
    ? help.boxWrap(Object.keys(names).join(" "), helpWidth - 2).replace(/^/gm, "  ")
    : Object.entries(names).map(([name, line]) => help.formatItem(name, width, line, help)).join(
      "\n",
    );
  return `${written(key)}:\n${lines}`;
}

/** Commander's words in one line, and what to do. */
function reworded<A>(
  { message, code }: CommanderError,
  { command, lacks = {} }: Grammar<A>,
): string {
  const said = message.replace(/^error: /, "").replace(/\s+/g, " ");
  const [, lacking = ""] = /unknown option '--([\w-]+)/.exec(said) ?? [];
  if (Object.hasOwn(lacks, lacking)) {
    return `${command.split(" ").at(-1)} has no --${lacking}: ${lacks[lacking]}`;
  }
  const advice = code === "commander.conflictingOption" ? ": leave one of them out" : "";
  return `${said}${advice} (--help lists the options)`;
}
