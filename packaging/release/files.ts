/** What would go out: the files of the npm package and of JSR's. */
import { fileURLToPath } from "node:url";
import { packageFiles } from "../build_npm.ts";

/** A file that goes out. */
export interface Outgoing {
  readonly path: string;
  readonly bytes: number;
}

const root = new URL("../../", import.meta.url);

/** The files of the npm package, with their sizes. */
export async function npmFiles(repository: string | undefined): Promise<Outgoing[]> {
  const files = await packageFiles(repository);
  return [...files]
    .map(([path, content]) => ({ path, bytes: new TextEncoder().encode(textOf(content)).length }))
    .sort((a, b) => a.path < b.path ? -1 : 1);
}

const textOf = (content: string | Uint8Array): string =>
  typeof content === "string" ? content : new TextDecoder().decode(content);

/**
 * The files that `deno publish` would send to JSR, as Deno itself lists them, with their sizes.
 *
 * @throws {Error} with Deno's words, where it would refuse
 */
export async function jsrFiles(): Promise<Outgoing[]> {
  const { success, stderr } = await new Deno.Command("deno", {
    args: ["publish", "--dry-run", "--allow-dirty"],
    cwd: fileURLToPath(root),
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
  }).output();
  const text = new TextDecoder().decode(stderr);
  if (!success) throw new Error(`Cannot list JSR's files: ${text}`);
  const paths = [...text.matchAll(/^ +(file:\S+) \([\d.]+\w+\)$/gm)].map(([, url]) =>
    new URL(url!)
  );
  return await Promise.all(paths.map(async (url) => ({
    path: url.href.slice(root.href.length),
    bytes: (await Deno.stat(url)).size,
  })));
}

/** A list, folder by folder where it is long. */
export function listed(files: readonly Outgoing[]): string {
  const folders = Map.groupBy(files, ({ path }) => path.split("/").slice(0, -1).join("/"));
  const lines = [...folders].flatMap(([folder, list]) =>
    folder === ""
      ? list.map(({ path, bytes }) => `  ${path}: ${kilobytes(bytes)}`)
      : [`  ${folder}/: ${list.length} files, ${kilobytes(total(list))}`]
  );
  return [...lines, `  in all ${files.length} files, ${kilobytes(total(files))}`].join("\n");
}

const total = (files: readonly Outgoing[]) => files.reduce((sum, { bytes }) => sum + bytes, 0);
const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
