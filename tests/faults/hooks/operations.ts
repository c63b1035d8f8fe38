/**
 * Stands between a run and its files: numbers all operations that change something below a folder, writes
 * them down with what was written, or kills the process inside of one. Preloaded by a run; it replaces
 * members of `Deno`, which is all that suites write with. That nothing is missed is checked by whoever
 * replays the list.
 *
 * @module
 */
import { resolve, sep } from "node:path";

/** An operation on the files below a folder, by full paths. */
export type Operation =
  | { kind: "open"; file: number; path: string; created: boolean; truncated: boolean }
  | { kind: "write"; file: number; position: number; base64: string }
  | { kind: "truncate"; file: number; length: number }
  | { kind: "sync"; file: number }
  | { kind: "mkdir"; path: string }
  | { kind: "rename"; from: string; to: string }
  | { kind: "link"; from: string; to: string }
  | { kind: "unlink"; path: string };

/** What is done with operations. */
export interface HookOptions {
  /** The folder whose operations count. */
  folder: string;
  /** The file that they are written down in, a line each. */
  list?: string;
  /** Kills the process at the operation of this number, from 0. */
  killAt?: number;
  /** Of that operation, where it writes: the share that reaches the file before. */
  share?: number;
}

interface Opened {
  number: number;
  position: number;
  append: boolean;
}

/** Puts itself in the place of `Deno`'s functions. */
export function hookOperations(options: HookOptions): void {
  const real = { ...Deno, FsFile: { ...methodsOf(Deno.FsFile.prototype) } };
  const below = (path: string | URL) => {
    const full = path instanceof URL ? path.pathname : resolve(path);
    return full === options.folder || full.startsWith(options.folder + sep) ? full : undefined;
  };
  const list = options.list === undefined
    ? undefined
    : real.openSync(options.list, { append: true, create: true });
  const encoder = new TextEncoder();
  let count = 0;
  /** Tells an operation before it is done; whether this is where the process is to end. */
  const tell = (operation: Operation): void => {
    if (list !== undefined) {
      real.FsFile.writeSync.call(list, encoder.encode(`${JSON.stringify(operation)}\n`));
    }
    if (count++ !== options.killAt) return;
    if (operation.kind === "write") writePart(operation.file, options.share ?? 0);
    real.kill(real.pid, "SIGKILL");
  };
  let pending: { file: Deno.FsFile; bytes: Uint8Array } | undefined;
  const writePart = (_file: number, share: number) => {
    if (pending === undefined) return;
    const part = pending.bytes.subarray(0, Math.floor(pending.bytes.length * share));
    if (part.length > 0) real.FsFile.writeSync.call(pending.file, part);
  };

  const opened = new WeakMap<Deno.FsFile, Opened>();
  let files = 0;
  const isThere = (path: string) => {
    try {
      real.lstatSync(path);
      return true;
    } catch {
      return false;
    }
  };
  const beforeOpen = (path: string | URL, how: Deno.OpenOptions = {}) => {
    const full = below(path);
    if (full === undefined) return undefined;
    const writes = how.write === true || how.append === true;
    const created = writes && (how.create === true || how.createNew === true) && !isThere(full);
    const truncated = writes && how.truncate === true;
    const number = files++;
    return { full, number, created, truncated, append: how.append === true };
  };
  const afterOpen = (file: Deno.FsFile, begun: ReturnType<typeof beforeOpen>) => {
    if (begun === undefined) return file;
    const { full: path, number, created, truncated, append } = begun;
    tell({ kind: "open", file: number, path, created, truncated });
    opened.set(file, { number, position: 0, append });
    return file;
  };
  const beforeWrite = (file: Deno.FsFile, bytes: Uint8Array) => {
    const to = opened.get(file);
    if (to === undefined) return;
    pending = { file, bytes };
    const position = to.append ? real.FsFile.statSync.call(file).size : to.position;
    tell({ kind: "write", file: to.number, position, base64: bytes.toBase64() });
    to.position = position + bytes.length; // a shorter write would show in the replay's comparison
  };
  const unlinkTree = (path: string) => {
    if (!isThere(path)) return;
    if (real.lstatSync(path).isDirectory) {
      for (const { name } of real.readDirSync(path)) unlinkTree(`${path}${sep}${name}`);
    }
    tell({ kind: "unlink", path });
  };
  const beforeMkdir = (path: string | URL) => {
    const full = below(path);
    if (full === undefined) return;
    const missing: string[] = [];
    for (let each = full; below(each) !== undefined && !isThere(each); each = resolve(each, "..")) {
      missing.push(each);
    }
    for (const each of missing.reverse()) tell({ kind: "mkdir", path: each });
  };
  const beforeMove = (kind: "rename" | "link", from: string | URL, to: string | URL) => {
    const [a, b] = [below(from), below(to)];
    if (a === undefined && b === undefined) return;
    if (a === undefined || b === undefined) throw new Error(`a ${kind} across folders: ${from}`);
    tell({ kind, from: a, to: b });
  };
  const refuse = (name: string) => (path: string | URL, ...rest: unknown[]) => {
    const places = [path, ...rest].filter((each) => typeof each === "string");
    if (places.every((each) => below(each) === undefined)) {
      // deno-lint-ignore no-explicit-any
      return (real as any)[name](path, ...rest);
    }
    throw new Error(`Cannot follow Deno.${name} of ${path}: tell tests/faults/hooks of it`);
  };

  Object.assign(Deno, {
    open: async (path: string | URL, how?: Deno.OpenOptions) => {
      const begun = beforeOpen(path, how);
      return afterOpen(await real.open(path, how), begun);
    },
    openSync: (path: string | URL, how?: Deno.OpenOptions) => {
      const begun = beforeOpen(path, how);
      return afterOpen(real.openSync(path, how), begun);
    },
    mkdir: (
      path: string | URL,
      how?: Deno.MkdirOptions,
    ) => (beforeMkdir(path), real.mkdir(path, how)),
    rename: (from: string | URL, to: string | URL) => (
      beforeMove("rename", from, to), real.rename(from, to)
    ),
    link: (from: string, to: string) => (beforeMove("link", from, to), real.link(from, to)),
    remove: (path: string | URL, how?: Deno.RemoveOptions) => {
      const full = below(path);
      if (full !== undefined) unlinkTree(full);
      return real.remove(path, how);
    },
    removeSync: (path: string | URL, how?: Deno.RemoveOptions) => {
      const full = below(path);
      if (full !== undefined) unlinkTree(full);
      real.removeSync(path, how);
    },
    makeTempFile: async (how?: Deno.MakeTempOptions) => {
      const path = await real.makeTempFile(how);
      const full = below(path);
      if (full !== undefined) {
        tell({ kind: "open", file: files++, path: full, created: true, truncated: false });
      }
      return path;
    },
    ...Object.fromEntries(
      ["writeFile", "writeFileSync", "writeTextFile", "writeTextFileSync", "copyFile", "truncate"]
        .map((name) => [name, refuse(name)]),
    ),
  });
  Object.assign(Deno.FsFile.prototype, {
    write(this: Deno.FsFile, bytes: Uint8Array) {
      beforeWrite(this, bytes);
      return real.FsFile.write.call(this, bytes);
    },
    writeSync(this: Deno.FsFile, bytes: Uint8Array) {
      beforeWrite(this, bytes);
      return real.FsFile.writeSync.call(this, bytes);
    },
    truncate(this: Deno.FsFile, length?: number) {
      const to = opened.get(this);
      if (to !== undefined) tell({ kind: "truncate", file: to.number, length: length ?? 0 });
      return real.FsFile.truncate.call(this, length);
    },
    async sync(this: Deno.FsFile) {
      await real.FsFile.sync.call(this);
      const to = opened.get(this);
      if (to !== undefined) tell({ kind: "sync", file: to.number });
    },
    seek(this: Deno.FsFile, offset: number, whence: Deno.SeekMode) {
      const to = opened.get(this);
      if (to !== undefined) {
        if (whence !== Deno.SeekMode.Start) throw new Error("Cannot follow a relative seek");
        to.position = offset;
      }
      return real.FsFile.seek.call(this, offset, whence);
    },
  });
}

/** The methods of a class, as they are before they are replaced. */
function methodsOf(prototype: Deno.FsFile) {
  const { write, writeSync, truncate, sync, seek, statSync } = prototype;
  return { write, writeSync, truncate, sync, seek, statSync };
}

/** The text of a module that hooks a run's operations. */
export function hookModule(options: HookOptions): string {
  return `import { hookOperations } from ${JSON.stringify(import.meta.url)};\n` +
    `hookOperations(${JSON.stringify(options)});\n`;
}
