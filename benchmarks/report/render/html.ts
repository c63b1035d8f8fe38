/**
 * A document as a self-contained page: a policy in its head forbids loading anything. What would
 * make it longer than a megabyte is left out, the longest sections first.
 *
 * @module
 */
import type { Block, Document, Fact, Text } from "../document.ts";
import { byteLength, fitted } from "../fit.ts";
import { oneLine } from "../../ground/format.ts";
import { figureMarkup, imagesMarkup } from "./html_figures.ts";
import { lineMarkup, tableMarkup } from "./html_table.ts";
import { Markup, markup } from "./markup.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";

const mostBytes = 1_000_000;

const leftOut = markup`<p class="note">Too long to stand here: result.json has it.</p>`;

/** A heading with the blocks below it. */
interface Section {
  /** The anchor. */
  id: string;
  title: string;
  blocks: Block[];
}

/** The whole page, at most a megabyte. */
export async function html(document: Document): Promise<string> {
  const [lead, ...sections] = sectionsOf(document.blocks);
  const bodies = await Promise.all([lead, ...sections].map(({ blocks }) => bodyMarkup(blocks)));
  const frame = await frameOf(document, sections);
  const rest = mostBytes - byteLength(frame([]));
  return frame(fitted(bodies.map(String), rest, leftOut.toString(), byteLength));
}

async function frameOf(
  { title, kicker, alerts = [], answer }: Document,
  sections: readonly Section[],
): Promise<(bodies: readonly string[]) => string> {
  const hash = new Uint8Array(
    await crypto.subtle.digest("SHA-256", new TextEncoder().encode(script)),
  ).toBase64();
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; ` +
    `script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return ([lead = "", ...bodies]) =>
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
<header>
<p class="kicker">${oneLine(kicker)}</p>
<h1>${oneLine(title)}</h1>
${alerts.map((alert) => markup`<p class="answer alert"><b>Warning:</b> ${oneLine(alert)}</p>`)}
${answer.length === 0 ? markup`` : markup`<div class="answer">${answer.map(paragraph)}</div>`}
${new Markup(lead)}
</header>
${sections.map((section, i) => framed(section, new Markup(bodies[i] ?? "")))}
</main>
<script>${new Markup(script)}</script>
</body>
</html>
`.toString();
}

function paragraph(text: Text): Markup {
  return markup`<p>${lineMarkup(text)}</p>`;
}

function navigation(sections: readonly Section[]): Markup {
  if (sections.length < 2) return markup``;
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

/**
 * What stands before the first heading, and the sections. Their anchors are the words of their
 * headings, and a number where that is taken.
 */
function sectionsOf(blocks: readonly Block[]): [lead: Section, ...Section[]] {
  const sections: [Section, ...Section[]] = [{ id: "", title: "", blocks: [] }];
  for (const block of blocks) {
    if (block.kind !== "heading" || block.level !== 2) {
      sections.at(-1)!.blocks.push(block);
      continue;
    }
    const words = block.title.toLowerCase().match(/[a-z0-9]+/g)?.slice(0, 4).join("-") ?? "part";
    const isTaken = sections.some(({ id }) => id === words);
    const id = isTaken ? `${words}-${sections.length - 1}` : words;
    sections.push({ id, title: block.title, blocks: [] });
  }
  return sections;
}

async function bodyMarkup(blocks: readonly Block[]): Promise<Markup> {
  const parts = await Promise.all(blocks.map(blockMarkup));
  return markup`${parts}`;
}

async function blockMarkup(block: Block): Promise<Markup> {
  switch (block.kind) {
    case "heading":
      return markup`<h3>${oneLine(block.title)}</h3>`;
    case "text":
      return block.quiet
        ? markup`<p class="note">${lineMarkup(block.text)}</p>`
        : paragraph(block.text);
    case "facts":
      return facts(block.rows);
    case "list":
      return markup`<ul>${block.items.map((item) => markup`<li>${lineMarkup(item)}</li>`)}</ul>`;
    case "fold":
      return markup`<details><summary>${oneLine(block.title)}</summary>
${await bodyMarkup(block.blocks)}
</details>`;
    case "code":
      return markup`<pre tabindex="0"><code>${block.code}</code></pre>`;
    case "table":
      return tableMarkup(block);
    case "figure":
      return await figureMarkup(block);
    case "images":
      return imagesMarkup(block);
  }
}

function facts(rows: readonly Fact[]): Markup {
  const items = rows.map(([name, value]) =>
    markup`<div><dt>${oneLine(name)}</dt><dd>${lineMarkup(value)}</dd></div>`
  );
  return markup`<dl class="facts">${items}</dl>`;
}
