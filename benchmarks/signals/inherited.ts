/**
 * Signals that the program was started with as ignored: `nohup` does so with SIGHUP, a shell script
 * with SIGINT for what it starts by `&`. Whoever started it wants it to live on, and a listener of
 * Deno's would take their place.
 *
 * @module
 */

/** What is asked to be told, and to be set. The numbers are the same on Linux and macOS. */
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
} as const;

/** `SIG_IGN`. */
const ignore = 1n;

/** No `struct sigaction` is larger; its first word is the handler. */
const actionWords = 32;

/** Signals that are ignored from outside. */
export interface InheritedIgnores {
  /** Which of them. */
  readonly signals: ReadonlySet<EndingSignal>;
  /**
   * Has the system ignore them again, for this process and those that it starts: the first listener
   * that Deno adds puts handlers of its own into the place of all.
   */
  restore(): void;
}

/**
 * Finds the signals that the program was started with as ignored. To be asked before the first
 * listener is added; and early, as Deno's daily look for a newer version, half a second after its
 * start, forgets them too (not where `DENO_NO_UPDATE_CHECK` is set, as in this project's tasks).
 *
 * @returns none where the system cannot be asked: on Windows, or without `--allow-ffi`
 */
export function inheritedIgnores(): InheritedIgnores {
  const library = openC();
  if (library === undefined) return { signals: new Set(), restore() {} };
  const { sigaction, signal } = library;
  const isIgnored = (name: EndingSignal) => {
    const action = new BigUint64Array(actionWords);
    return sigaction(numbers[name], null, action) === 0 && action[0] === ignore;
  };
  const signals = new Set((Object.keys(numbers) as EndingSignal[]).filter(isIgnored));
  return {
    signals,
    restore() {
      for (const name of signals) signal(numbers[name], Deno.UnsafePointer.create(ignore));
    },
  };
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
