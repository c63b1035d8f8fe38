import process from "node:process";

/** Everything by which this project and its dependencies say something. */
const methods = ["debug", "error", "info", "log", "warn"] as const;

/**
 * Lets no line that cannot be printed end the program. Once a terminal is gone (a lost ssh), whoever
 * read a pipe has ended or a log's disk is full, every write fails: what is said is lost then, and a
 * run that has yet to save must go on.
 */
export function keepOutputFromFailing(): void {
  for (const name of methods) {
    const print = console[name].bind(console);
    console[name] = (...words: unknown[]) => attempt(() => print(...words));
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", () => {}); // a progress bar writes there, and hears of it later
  }
}

function attempt(print: () => void): void {
  try {
    print();
  } catch {
    // there is nowhere to tell
  }
}
