import { type Grammar, parse } from "./command.ts";
import { type Ending, endWith } from "./exit.ts";

/** What a program gets besides its options. */
export interface Context {
  /** What stands on the command line besides options. */
  operands: string[];
  /** The command line, as a shell takes it: it repeats the run. */
  command: string;
  /** Aborted when the process is asked to end. */
  signal: AbortSignal;
}

/** A program whose options have the values `A`. */
export interface Definition<A> extends Grammar<A> {
  /** Listens to requests to end the process; none, and they end it at once. */
  signal?: () => AbortSignal;
  /**
   * What the program does.
   *
   * @returns how it ended; nothing stands for `"done"`
   */
  run(asked: A, context: Context): Promise<Ending | void>;
}

/** A program: its table of options, and what it does. */
export type Program = Definition<object>;

/**
 * A program; what it does is typed by its table.
 *
 * @param definition its options, its help, and what it does
 */
export function program<A extends object>(definition: Definition<A>): Program {
  return definition;
}

/**
 * Runs a program with the words of this process's command line, and ends the process with its exit
 * code. Help goes to stdout; an error is a line on stderr.
 */
export async function start(program: Program): Promise<never> {
  const signal = program.signal?.(); // from now on, whatever is still to be read
  return await endWith(() => runProgram(program, Deno.args, signal));
}

/**
 * A program from its command line to its ending.
 *
 * @param signal asks it to end
 * @throws {UsageError} if the command line cannot be read, and what the program throws
 */
export async function runProgram(
  program: Program,
  args: readonly string[],
  signal: AbortSignal = new AbortController().signal,
): Promise<Ending> {
  const parsed = parse<object>(program, args);
  if (typeof parsed === "string") {
    console.log(parsed);
    return "done";
  }
  const { asked, operands } = parsed;
  const command = commandLine(program.command, args);
  return await program.run(asked, { operands, command, signal }) ?? "done";
}

/** A command with its arguments, as a shell takes it. */
function commandLine(command: string, args: readonly string[]): string {
  const quoted = args.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
  );
  return [command, ...quoted].join(" ");
}
