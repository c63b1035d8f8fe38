/**
 * A disk that loses its power: what operations leave on it, of which nothing is sure but what was flushed.
 *
 * Contents of a file are sure as of its last flush. A name in a folder (made, renamed, removed) is sure
 * as of the folder's last flush. All else may have reached the disk or not, each for itself: this is less
 * than ext4, XFS or APFS promise, and what POSIX does.
 *
 * @module
 */
import { basename, dirname, join, relative } from "node:path";
import type { Operation } from "../hooks/operations.ts";

/** How much of what is not sure has reached the disk. */
export const losses = ["nothing", "names", "zeros", "torn", "shuffled", "all"] as const;
export type Loss = typeof losses[number];

interface FileNode {
  kind: "file";
  now: Uint8Array;
  sure: Uint8Array;
}

interface FolderNode {
  kind: "folder";
  now: Map<string, Node>;
  sure: Map<string, Node>;
}

type Node = FileNode | FolderNode;

const emptyFolder = (): FolderNode => ({ kind: "folder", now: new Map(), sure: new Map() });

/** A disk of one folder, which is there and sure. */
export class Disk {
  readonly #top = emptyFolder();
  readonly #open = new Map<number, Node>();

  constructor(readonly folder: string) {}

  /** Does an operation. */
  apply(operation: Operation): void {
    switch (operation.kind) {
      case "open":
        return this.#openFile(operation);
      case "write": {
        const file = this.#file(operation.file);
        file.now = written(file.now, operation.position, Uint8Array.fromBase64(operation.base64));
        return;
      }
      case "truncate": {
        const file = this.#file(operation.file);
        file.now = written(file.now.subarray(0, operation.length), operation.length, nothing);
        return;
      }
      case "sync":
        return sync(this.#open.get(operation.file)!);
      case "mkdir":
        this.#parent(operation.path).now.set(basename(operation.path), emptyFolder());
        return;
      case "rename": {
        const from = this.#parent(operation.from);
        this.#parent(operation.to).now.set(basename(operation.to), entry(from, operation.from));
        from.now.delete(basename(operation.from));
        return;
      }
      case "link":
        this.#parent(operation.to).now.set(
          basename(operation.to),
          entry(this.#parent(operation.from), operation.from),
        );
        return;
      case "unlink":
        this.#parent(operation.path).now.delete(basename(operation.path));
    }
  }

  /**
   * The files that are there when power comes back.
   *
   * @param random numbers from 0 to 1, for what is shuffled
   * @returns their contents by path below the folder; `undefined` for a folder
   */
  after(loss: Loss, random: () => number): Map<string, Uint8Array | undefined> {
    const found = new Map<string, Uint8Array | undefined>();
    collect(this.#top, "", found, loss, random);
    return found;
  }

  #openFile({ file, path, created, truncated }: Extract<Operation, { kind: "open" }>): void {
    if (path === this.folder) {
      this.#open.set(file, this.#top);
      return;
    }
    const parent = this.#parent(path);
    if (created) parent.now.set(basename(path), { kind: "file", now: nothing, sure: nothing });
    const node = entry(parent, path);
    if (truncated && node.kind === "file") node.now = nothing;
    this.#open.set(file, node);
  }

  #file(number: number): FileNode {
    const node = this.#open.get(number);
    if (node?.kind !== "file") throw new Error(`no file has the number ${number}`);
    return node;
  }

  #parent(path: string): FolderNode {
    const steps = relative(this.folder, dirname(path)).split("/").filter(Boolean);
    let folder = this.#top;
    for (const step of steps) {
      const next = folder.now.get(step);
      if (next?.kind !== "folder") throw new Error(`the list has no folder for ${path}`);
      folder = next;
    }
    return folder;
  }
}

const nothing = new Uint8Array(0);

function entry(folder: FolderNode, path: string): Node {
  const node = folder.now.get(basename(path));
  if (node === undefined) throw new Error(`the list has made no ${path}`);
  return node;
}

function sync(node: Node): void {
  if (node.kind === "file") node.sure = node.now;
  else node.sure = new Map(node.now);
}

function written(old: Uint8Array, position: number, bytes: Uint8Array): Uint8Array {
  const all = new Uint8Array(Math.max(old.length, position + bytes.length));
  all.set(old);
  all.set(bytes, position);
  return all;
}

function collect(
  folder: FolderNode,
  path: string,
  found: Map<string, Uint8Array | undefined>,
  loss: Loss,
  random: () => number,
): void {
  for (const [name, node] of namesAfter(folder, loss, random)) {
    const place = join(path, name);
    if (node.kind === "file") found.set(place, contentAfter(node, loss, random));
    else {
      found.set(place, undefined);
      collect(node, place, found, loss, random);
    }
  }
}

function namesAfter(
  { now, sure }: FolderNode,
  loss: Loss,
  random: () => number,
): Map<string, Node> {
  if (loss === "nothing") return sure;
  if (loss !== "shuffled") return now;
  const names = new Map<string, Node>();
  for (const name of new Set([...sure.keys(), ...now.keys()])) {
    const node = (random() < 0.5 ? sure : now).get(name);
    if (node !== undefined) names.set(name, node);
  }
  return names;
}

/** `zeros`: the length has reached the disk, and what was written has not. */
function contentAfter({ now, sure }: FileNode, loss: Loss, random: () => number): Uint8Array {
  if (now === sure || loss === "all") return now;
  if (loss === "nothing" || loss === "names") return sure;
  if (loss === "shuffled") {
    const kinds = ["names", "zeros", "torn", "all"] as const;
    return contentAfter({ kind: "file", now, sure }, kinds[Math.floor(random() * 4)]!, random);
  }
  const kept = loss === "zeros" ? 0 : Math.max(0, now.length - sure.length) / 2;
  const after = now.slice();
  const from = Math.min(sure.length, now.length);
  if (loss === "torn") return after.slice(0, from + Math.floor(kept));
  return after.fill(0, from);
}
