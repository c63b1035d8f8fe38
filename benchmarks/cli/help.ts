import { type Ending, endingTexts, exitCodes } from "./exit.ts";
import { entriesOf, flag, type Option, written } from "./options.ts";
import type { Grammar } from "./parse.ts";

/** What a help text is made of. */
export interface Helped<A> extends Grammar<A> {
  /** What the program is for. */
  summary: string;
  /** Command lines that show what it can do; each begins with the command. */
  examples?: readonly string[];
  /** The ways that it can end besides those that all programs have, or words of its own for these. */
  endings?: Readonly<Partial<Record<Ending, string>>>;
}

const mostColumns = 100;

/** The least width of a column of names. */
const leastWidth = 18;

/**
 * The help text of a program, of its table alone.
 *
 * @param program the program
 */
export function helpText<A>(program: Helped<A>): string {
  const { command, options, summary, operands = {}, examples = [], endings = {} } = program;
  const listed: [string, Option<unknown>][] = [
    ...entriesOf(options),
    ["help", flag("this text")],
  ];
  const words = { ...endingTexts, ...endings };
  const codes = (Object.keys(exitCodes) as Ending[])
    .flatMap((ending) =>
      words[ending] === undefined ? [] : `${exitCodes[ending]} ${words[ending]}`
    );
  return [
    [command, "[options]", ...Object.keys(operands)].join(" "),
    wrapped(summary.split(" ")),
    [
      ...Object.entries(operands).map(([name, line]) => beside(name, line)),
      ...listed.flatMap(([key, option]) => optionLines(key, option)),
    ].join("\n"),
    ...(examples.length > 0 ? [["Examples:", ...examples].join("\n  ")] : []),
    wrapped(`Exit codes: ${codes.join("; ")}.`.split(" ")),
  ].join("\n\n");
}

function optionLines(key: string, option: Option<unknown>): string[] {
  const { names = {} } = option;
  const described = Object.entries(names).filter(([, line]) => line !== "");
  const width = Math.max(leastWidth, ...described.map(([name]) => name.length + 2));
  const bare = Object.keys(names).filter((name) => names[name] === "");
  const end = option.names === undefined ? "" : ":";
  return [
    beside(`${written(key)} ${option.kind.metavar}`.trim(), `${descriptionOf(option)}${end}`),
    ...described.map(([name, line]) => beside(name, line, 4, width)),
    ...(bare.length > 0 ? [wrapped(bare, "    ", "    ")] : []),
  ];
}

function descriptionOf(option: Option<unknown>): string {
  const { help, form, kind, names, alias, required, usual, excludes } = option;
  const usually = usual ?? (form === "value" ? option.default : undefined);
  const notes = [
    ...(required ? ["must be given"] : []),
    ...(form === "repeated" ? ["may be repeated"] : []),
    ...(alias === undefined ? [] : [`${written(alias)} is the same`]),
    ...(excludes === undefined
      ? []
      : [`not with ${Object.keys(excludes).map(written).join(", ")}`]),
    ...(usually === undefined ? [] : [`default: ${usually}`]),
  ];
  const said = names === undefined && kind.names ? `${help}: ${kind.names.join(", ")}` : help;
  return notes.length === 0 ? said : `${said} (${notes.join("; ")})`;
}

/** A name, and its text in lines of a terminal's width beside it. */
function beside(name: string, text: string, indent = 2, width = leastWidth): string {
  const start = " ".repeat(indent) + `${name} `.padEnd(width);
  return wrapped(text.split(" "), start, " ".repeat(indent + width));
}

function wrapped(words: readonly string[], start = "", indent = ""): string {
  const lines: string[] = [];
  let line = start, isBare = true;
  for (const word of words) {
    if (!isBare && line.length + 1 + word.length > mostColumns) {
      lines.push(line);
      line = indent;
      isBare = true;
    }
    line += isBare ? word : ` ${word}`;
    isBare = false;
  }
  return [...lines, line].join("\n");
}
