/**
 * HTML safe from injection: whatever is inserted is escaped, unless it is markup already.
 *
 * @module
 */

/** HTML that may be inserted into a page as it is. */
export class Markup {
  readonly #text: string;

  /** @param text well-formed HTML in which all foreign text is escaped */
  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What may stand in a template of {@linkcode markup}. */
export type Insert = string | number | Markup | readonly Markup[];

/**
 * A template of HTML: markup stays as it is, everything else is escaped.
 *
 * @param inserts what stands between them, in elements and in quoted attributes
 */
export function markup(strings: TemplateStringsArray, ...inserts: Insert[]): Markup {
  return new Markup(strings.map((text, i) => text + written(inserts[i] ?? "")).join(""));
}

function written(insert: Insert): string {
  if (typeof insert === "string" || typeof insert === "number") return escapeHtml(`${insert}`);
  return insert instanceof Markup ? insert.toString() : insert.join("\n");
}

/** Text escaped for HTML elements and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
