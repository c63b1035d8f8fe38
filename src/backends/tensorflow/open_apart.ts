/**
 * Opens libraries so that their functions call their own, whatever else the process has opened.
 *
 * TensorFlow brings LLVM, under LLVM's own names. So do Mesa's drivers, which opening a WebGPU device
 * loads on Linux, and whose names Mesa makes known to everything opened later. TensorFlow then calls
 * functions of another LLVM's, and the process ends by a segmentation fault.
 *
 * @module
 */
import { cString } from "./attributes.ts";

const functions = {
  dlopen: { parameters: ["buffer", "i32"], result: "pointer" },
  dlsym: { parameters: ["pointer", "buffer"], result: "pointer" },
} as const satisfies Deno.ForeignLibraryInterface;

type DynamicLinker = Deno.DynamicLibrary<typeof functions>["symbols"];

/** `dlfcn.h` of glibc. */
const RTLD_LAZY = 1, RTLD_DEEPBIND = 8, RTLD_DEFAULT = null;

/**
 * Opens libraries for good, so that later openings find these. Does nothing on systems other than
 * Linux with glibc, and where something has replaced the allocator of memory (`LD_PRELOAD` with
 * jemalloc, say): a library would free by one what the other has allocated.
 */
export function openApart(paths: readonly string[]): void {
  if (Deno.build.os !== "linux") return;
  const linker = dynamicLinker();
  if (linker === undefined || replacesMalloc(linker)) return;
  // Where one fails, the opening that follows says what was wrong.
  for (const path of paths) linker.dlopen(cString(path), RTLD_LAZY | RTLD_DEEPBIND);
}

/**
 * The linker's functions, which every system with glibc has under this name; nothing on others, nor
 * where permission is for TensorFlow's files alone: the user is not prompted.
 */
function dynamicLinker(): DynamicLinker | undefined {
  const path = "libdl.so.2";
  if (Deno.permissions.querySync({ name: "ffi", path }).state !== "granted") return undefined;
  try {
    return Deno.dlopen(path, functions).symbols;
  } catch {
    return undefined;
  }
}

/** Whether libraries that are opened normally get another `malloc` than the C library's. */
function replacesMalloc({ dlopen, dlsym }: DynamicLinker): boolean {
  const [used, own] = [RTLD_DEFAULT, dlopen(cString("libc.so.6"), RTLD_LAZY)].map((scope) =>
    dlsym(scope, cString("malloc"))
  );
  return !Deno.UnsafePointer.equals(used as Deno.PointerValue, own as Deno.PointerValue);
}
