/**
 * Names with what they stand for, below each other in two columns.
 *
 * @param entries a line of text by name
 * @param indent what each line begins with
 * @returns the lines
 */
export function namedLines(entries: Readonly<Record<string, string>>, indent = ""): string {
  const width = Math.max(18, ...Object.keys(entries).map((name) => name.length + 2));
  return Object.entries(entries).map(([name, line]) => `${indent}${name.padEnd(width)}${line}`)
    .join("\n");
}
