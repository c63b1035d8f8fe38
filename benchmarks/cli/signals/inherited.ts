/**
 * Signals that the program was started with as ignored: `nohup` does so with SIGHUP, a shell script
 * with SIGINT for what it starts by `&`. Whoever started it wants it to live on.
 *
 * Deno forgets this: it puts handlers of its own into their place half a second after its start, or at
 * the first listener to any signal, and ends at SIGHUP then. So the system is asked when this module
 * is loaded, which the tasks do first of all (`--preload`), before a program's own modules, whose
 * loading may take longer than that.
 *
 * `deno task` itself forgets it before it starts the program, most often. What is left of `nohup` then
 * is its path in `_`, where shells put the command that they start: bash and zsh, not dash.
 *
 * @module
 */

/** The signals that are read and set. The numbers are the same on Linux and macOS. */
const numbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** A signal that asks a process to end. */
export type EndingSignal = keyof typeof numbers;

const cLibraries: Partial<Record<typeof Deno.build.os, string>> = {
  linux: "libc.so.6",
  darwin: "/usr/lib/libSystem.B.dylib",
};

const functions = {
  sigaction: { parameters: ["i32", "pointer", "buffer"], result: "i32" },
  signal: { parameters: ["i32", "pointer"], result: "pointer" },
  getenv: { parameters: ["buffer"], result: "pointer" },
} as const;

/** `SIG_IGN`. */
const ignore = 1n;

/** No `struct sigaction` is larger; its first word is the handler. */
const actionWords = 32;

/** Signals that are ignored from outside. */
export interface InheritedIgnores {
  /** Which of them. */
  readonly signals: ReadonlySet<EndingSignal>;
  /** Has the system ignore them again, for this process and those that it starts. */
  restore(): void;
}

function find(): InheritedIgnores {
  const library = openC();
  if (library === undefined) return { signals: new Set(), restore() {} };
  const names = Object.keys(numbers) as EndingSignal[];
  const signals = new Set(names.filter((name) => isIgnored(library, name)));
  if (startedByNohup(library)) signals.add("SIGHUP");
  const restore = () => {
    for (const name of signals) library.signal(numbers[name], Deno.UnsafePointer.create(ignore));
  };
  if (signals.size > 0) keepFromNow(restore);
  return { signals, restore };
}

function isIgnored({ sigaction }: C, name: EndingSignal): boolean {
  const action = new BigUint64Array(actionWords);
  return sigaction(numbers[name], null, action) === 0 && action[0] === ignore;
}

function startedByNohup({ getenv }: C): boolean {
  const command = getenv(new TextEncoder().encode("_\0"));
  return command !== null &&
    /(^|\/)nohup$/.test(new Deno.UnsafePointerView(command).getCString());
}

/** Has Deno put its handlers in place at once, not in the middle of what the program loads. */
function keepFromNow(restore: () => void): void {
  const nothing = () => {};
  Deno.addSignalListener("SIGINT", nothing);
  restore();
  Deno.removeSignalListener("SIGINT", nothing);
}

type C = Deno.DynamicLibrary<typeof functions>["symbols"];

/** Never closed: the process has it open anyway. */
function openC(): C | undefined {
  const path = cLibraries[Deno.build.os];
  if (path === undefined) return undefined;
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return undefined;
  try {
    return Deno.dlopen(path, functions).symbols;
  } catch {
    return undefined; // another C library, such as musl
  }
}

/**
 * The signals that the program was started with as ignored: none where the system cannot be asked, on
 * Windows, or without `--allow-ffi`.
 */
export const inheritedIgnores: InheritedIgnores = find();
