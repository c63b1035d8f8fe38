import { jsonOf } from "../../../check.ts";

/** A value, short enough for an error's line. */
export function shown(value: unknown): string {
  const text = typeof value === "string" ? value : jsonOf(value);
  return text.length <= 160 ? text : `${text.slice(0, 157)}…`;
}
