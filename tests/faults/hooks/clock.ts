/**
 * A clock that is wrong: preloaded by a run.
 *
 * @module
 */

/** How it is wrong. */
export interface ClockOptions {
  /** By how much from the beginning, in milliseconds. */
  offsetMs: number;
  /** By how much more it jumps at each of these moments after the start, in milliseconds. */
  jumps: readonly { afterMs: number; byMs: number }[];
}

/** Puts a wrong clock into the place of `Date`; `performance.now` goes on, as the system's does. */
export function setClock({ offsetMs, jumps }: ClockOptions): void {
  const RealDate = Date;
  const now = RealDate.now.bind(RealDate);
  const begun = performance.now();
  const wrong = () => {
    const since = performance.now() - begun;
    const jumped = jumps.filter(({ afterMs }) => since >= afterMs);
    return now() + offsetMs + jumped.reduce((sum, { byMs }) => sum + byMs, 0);
  };
  globalThis.Date = class extends RealDate {
    // deno-lint-ignore no-explicit-any
    constructor(...args: any[]) {
      // @ts-ignore: any of its forms
      super(...(args.length === 0 ? [wrong()] : args));
    }

    static override now(): number {
      return wrong();
    }
  } as DateConstructor;
}

/** The text of a module that sets a run's clock. */
export function clockModule(options: ClockOptions): string {
  return `import { setClock } from ${JSON.stringify(import.meta.url)};\n` +
    `setClock(${JSON.stringify(options)});\n`;
}
