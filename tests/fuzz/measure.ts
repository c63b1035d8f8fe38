/**
 * How much memory a case takes: the most that the process held while it ran, beyond what it held
 * before.
 *
 * @module
 */

const status = "/proc/self/status";
const reset = "/proc/self/clear_refs";

/** A meter of the process's memory. */
export interface Meter {
  /** Begins. */
  begin(): void;
  /** The growth since then, in bytes. */
  growth(): number;
}

/** Linux tells the peak, and forgets it when asked; elsewhere what is held at the end counts. */
export function memoryMeter(): Meter {
  let before = 0;
  const held = () => Deno.memoryUsage().rss;
  if (!tellsPeak()) {
    return { begin: () => before = held(), growth: () => held() - before };
  }
  return {
    begin() {
      Deno.writeTextFileSync(reset, "5");
      before = peak();
    },
    growth: () => peak() - before,
  };
}

function peak(): number {
  const [, kibibytes = "0"] = /^VmHWM:\s*(\d+)/m.exec(Deno.readTextFileSync(status)) ?? [];
  return 1024 * Number(kibibytes);
}

function tellsPeak(): boolean {
  try {
    Deno.writeTextFileSync(reset, "5");
    return peak() > 0;
  } catch {
    return false;
  }
}
