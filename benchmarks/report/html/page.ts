/**
 * The page around a report's sections.
 *
 * @module
 */
import { byteLength, fitted } from "../fit.ts";
import { oneLine } from "../../ground/format.ts";
import { Markup, markup } from "./markup.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";

/** A part of a report with a heading. */
export interface Section {
  /** The anchor. */
  id: string;
  title: string;
  body: Markup;
}

/** The most bytes of a report. */
const mostBytes = 1_000_000;

const leftOut =
  markup`<p class="note">Too long to stand here: result.json and result.csv have it.</p>`;

/**
 * A page that needs nothing but itself, and may load nothing: a policy in its head sees to it. What
 * would make it longer than a megabyte is left out, the longest first.
 *
 * @param title the title, as text
 * @param header what stands above the sections
 * @param sections the sections
 * @returns the whole file
 */
export async function page(title: string, header: Markup, sections: Section[]): Promise<string> {
  const hash = new Uint8Array(
    await crypto.subtle.digest("SHA-256", new TextEncoder().encode(script)),
  ).toBase64();
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; ` +
    `script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const frame = (bodies: string[]) =>
    markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${oneLine(title)}</title>
<style>${new Markup(style)}</style>
</head>
<body>
${navigation(sections)}
<main>
${header}
${sections.map((section, i) => framed(section, new Markup(bodies[i] ?? "")))}
</main>
<script>${new Markup(script)}</script>
</body>
</html>
`.toString();
  const bodies = sections.map(({ body }) => body.toString());
  const rest = mostBytes - byteLength(frame([]));
  return frame(fitted(bodies, rest, leftOut.toString(), byteLength));
}

function navigation(sections: Section[]): Markup {
  const links = sections.map(({ id, title }) =>
    markup`<li><a href="#${id}">${oneLine(title)}</a></li>`
  );
  return markup`<nav aria-label="Sections"><ul>${links}</ul></nav>`;
}

function framed({ id, title }: Section, body: Markup): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${oneLine(title)}</h2>
${body}
</section>`;
}
