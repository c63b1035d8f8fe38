import { dark, light, themeVariables } from "../charts/theme.ts";

const day = `${themeVariables(light)}
  --ground: #ffffff; --raised: #f6f7f9; --line: #d9dde3; --text: #1c2128; --quiet: #59636e;
  --accent: #0b5cad; --bar: #d5e6f7; --good: #116329; --bad: #a40e26; --open: #7a4d00; --idle: #59636e;`;

const night = `${themeVariables(dark)}
  --ground: #0d1117; --raised: #161b22; --line: #30363d; --text: #e3e8ee; --quiet: #9aa4af;
  --accent: #6cb6ff; --bar: #16324d; --good: #57d364; --bad: #ff8182; --open: #e3b341; --idle: #9aa4af;`;

/** The page's style sheet: by day and by night, wide, narrow and on paper. */
export const style: string = `
:root { color-scheme: light dark; ${day} }
@media screen and (prefers-color-scheme: dark) { :root { ${night} } }
* { box-sizing: border-box; }
html { scroll-padding-top: 3.5rem; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
main { max-width: 70rem; margin: 0 auto; padding: 1.5rem 1.25rem 5rem; overflow-wrap: anywhere; }
main > section { margin-top: 2.75rem; }
h1 { font-size: clamp(1.5rem, 1.2rem + 1.3vw, 2rem); line-height: 1.2; margin: 0 0 1rem; text-wrap: balance; }
h2 { font-size: 1.3rem; margin: 0 0 1rem; padding-bottom: .4rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.5rem 0 .6rem; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .875em; }
pre { background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: .8rem 1rem; overflow-x: auto; }
.kicker, .note, .quiet, figcaption, dt { color: var(--quiet); font-size: .875rem; }
.kicker { margin: 0 0 .25rem; }
.note { max-width: 46rem; }

nav { position: sticky; top: 0; z-index: 2; background: var(--ground); border-bottom: 1px solid var(--line); }
nav ul { display: flex; gap: 1.1rem; max-width: 70rem; margin: 0 auto; padding: .65rem 1.25rem; list-style: none; overflow-x: auto; scrollbar-width: none; }
nav a { color: var(--quiet); text-decoration: none; white-space: nowrap; font-size: .875rem; }
nav a:hover { color: var(--accent); text-decoration: underline; }

.answer { background: var(--raised); border-left: 4px solid var(--accent); border-radius: 0 6px 6px 0; padding: .75rem 1rem; margin: 0 0 1.5rem; }
.answer p { margin: .3rem 0; max-width: 54rem; }
.alert { border-color: var(--bad); }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(13rem, 45%), 1fr)); gap: .8rem 1.5rem; margin: 1.5rem 0 0; }
.facts > * { min-width: 0; }
.facts dd { margin: 0; }
.swatch { display: inline-block; width: .8em; height: .8em; margin-right: .45em; border-radius: 3px; border: 1px solid var(--line); }
.key { display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; margin: 0 0 .8rem; padding: 0; list-style: none; font-size: .875rem; }
ul:not([class]) { padding-left: 1.2rem; }
main li + li { margin-top: .3rem; }
.key li + li { margin: 0; }

.scroll { width: fit-content; max-width: 100%; overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; }
* + .scroll { margin-top: 1rem; }
table { border-collapse: collapse; min-width: min(34rem, 100%); font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th, td { padding: .5rem .8rem; text-align: left; vertical-align: top; overflow-wrap: normal; }
thead th { background: var(--raised); white-space: nowrap; vertical-align: bottom; font-weight: 600; }
tbody tr { border-top: 1px solid var(--line); }
tbody th { font-weight: 400; min-width: 7rem; max-width: 20rem; position: sticky; left: 0; background: var(--ground); }
tbody tr:hover, tbody tr:hover th { background: var(--raised); }
.number { text-align: right; white-space: nowrap; }
.long, thead .long { min-width: 12rem; white-space: normal; }
@media (max-width: 40rem) { tbody th, tbody th.long { min-width: 6rem; max-width: 9rem; } }
.short { white-space: nowrap; }
.best { color: var(--accent); }
.bar { display: inline-block; min-width: 7rem; padding: 0 .35em; background: linear-gradient(var(--bar) 0 0) left / calc(var(--share) * 100%) 100% no-repeat; border-radius: 2px; }
th button { all: unset; cursor: pointer; }
th button:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 2px; }
th button::after { content: "↕"; margin-left: .35em; color: var(--quiet); opacity: .55; font-weight: 400; }
[aria-sort="ascending"] button::after { content: "↑"; color: var(--accent); opacity: 1; }
[aria-sort="descending"] button::after { content: "↓"; color: var(--accent); opacity: 1; }
td .quiet, th .quiet { overflow-wrap: anywhere; }
details { margin-top: .8rem; }
summary { cursor: pointer; color: var(--accent); }
.badge { display: inline-block; padding: 0 .5em; border: 1px solid; border-radius: 1em; font-size: .8rem; font-weight: 600; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .open { color: var(--open); } .idle { color: var(--idle); }

.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(19rem, 100%), 1fr)); gap: 1.25rem; margin-bottom: 1.25rem; }
figure { margin: 0; min-width: 0; }
.charts figure { max-width: 26rem; }
.charts figcaption { color: var(--text); font-weight: 600; margin-bottom: .3rem; }
.charts svg { display: block; width: 100%; height: auto; }
.images > div { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(9rem, 40%), 1fr)); gap: .8rem; }
.images h3 { font-weight: 500; color: var(--quiet); }
.images img, .missing { display: block; width: 100%; height: auto; border-radius: 4px; image-rendering: pixelated; background: #808080; }
.images figure { max-width: 24rem; }
.missing { display: grid; place-items: center; color: #ffffff; }

@media print {
  nav { display: none; }
  main { max-width: none; padding: 0; }
  :root { font-size: 9pt; }
  .scroll { overflow: visible; }
  th button::after { content: none; }
  tr, figure { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  thead th, .number { white-space: normal; }
  th, td, tbody th, .long { min-width: 0; padding: .3rem .4rem; }
  pre { white-space: pre-wrap; }
}
`;
