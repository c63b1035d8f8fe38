import { unzip } from "../../zip.ts";
import { fail } from "./fail.ts";
import type { Tensors } from "./layout.ts";
import { readNpy } from "./npy.ts";

const suffix = ".npy";

/**
 * Whether a file is a ZIP archive, by its first bytes.
 *
 * @param bytes the file
 */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2]! <= 5;
}

/**
 * Reads what `numpy.savez` or `savez_compressed` wrote.
 *
 * @param bytes the file
 * @returns its arrays, row-major
 * @throws {TypeError} if it is no whole archive, damaged by its checksums, holds anything but arrays, or one that
 *   {@linkcode readNpy} refuses
 */
export function readNpz(bytes: Uint8Array): Tensors {
  const entries = [...unzipped(bytes)].filter(([name, { length }]) =>
    !name.endsWith("/") || length > 0
  );
  const foreign = entries.map(([name]) => name).find((name) => !name.endsWith(suffix));
  if (foreign !== undefined) {
    const isTorch = /(^|\/)(data\.pkl|version)$/.test(foreign);
    fail(
      `a ZIP archive must hold NumPy's arrays (.npz): it holds ${foreign}` +
        (isTorch ? ", as torch.save writes it: convert it by safetensors.torch.save_file" : ""),
    );
  }
  return new Map(entries.map(([path, array]) => {
    const name = path.slice(0, -suffix.length);
    return [name, readNpy(name, array)];
  }));
}

function unzipped(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  try {
    return unzip(bytes);
  } catch (error) {
    const seen = error instanceof Error ? error.message : error;
    fail(
      `the .npz must be a whole ZIP archive, as numpy.savez writes it: of its ${bytes.length} bytes ${seen}`,
    );
  }
}
