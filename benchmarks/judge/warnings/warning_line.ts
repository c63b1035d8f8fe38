import type { Warning } from "../../record/mod.ts";

/**
 * A warning as a line for the console.
 *
 * @param warning what is odd, and what to do
 */
export function warningLine({ message, advice }: Warning): string {
  return `warning: ${message}. ${advice}`;
}
