/**
 * Resizes in WebAssembly: prepares its memory, and calls the two passes of resize_filter.as.
 *
 * @module
 */
import type { Region, Size, Window } from "./picture.ts";
import { binary } from "./resize_filter_binary.ts";
import { type Filter, filterTaps, type Taps } from "./resize_taps.ts";

/** What resize_filter.as exports; numbers are sizes, and addresses in bytes. */
interface Code {
  readonly memory: WebAssembly.Memory;
  filterRows(...numbers: number[]): void;
  filterColumns(...numbers: number[]): void;
}

let compiled: Code | undefined;

/** The compiled filter, with its memory: made at the first resize. */
function code(): Code {
  return compiled ??= instantiate();
}

function instantiate(): Code {
  const bytes = Uint8Array.from(atob(binary), (character) => character.charCodeAt(0));
  if (!WebAssembly.validate(bytes)) {
    throw new TypeError(
      "Cannot resize pictures as WebAssembly here has no SIMD: take Deno, Node >= 16.4, or a " +
        "browser of 2023 or later",
    );
  }
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  return exports as unknown as Code; // its source says what it exports
}

/** A planned resize, before any pixel of the picture is needed. */
export interface ResizePlan {
  /** The part of the picture that is read. */
  readonly box: Window;
  /** The part of the result that is computed. */
  readonly window: Window;
  /** Along the width. */
  readonly horizontal: Taps;
  /** Along the height. */
  readonly vertical: Taps;
}

/**
 * Plans a resize.
 *
 * @param from the picture's size
 * @param to its size after resizing
 * @param window the part of the result to compute
 * @param filter Pillow's name of the filter (default: its bilinear one)
 * @returns the plan
 */
export function planResize(
  from: Size,
  to: Size,
  window: Window,
  filter: Filter = "bilinear",
): ResizePlan {
  const horizontal = filterTaps(filter, from.width, to.width, window.x, window.width);
  const vertical = filterTaps(filter, from.height, to.height, window.y, window.height);
  const [x, y] = [horizontal.start, vertical.start];
  const box = { x, y, width: horizontal.end - x, height: vertical.end - y };
  return { box, window, horizontal, vertical };
}

/**
 * Bytes of the picture in WebAssembly's memory at a time: more would not fit into the processor's
 * cache.
 */
const stripBytes = 2 ** 18;

/**
 * Runs a planned resize.
 *
 * @param plan the plan
 * @param region the picture's pixels, at least those of `plan.box`
 * @returns the window's bytes, `[height, width, 3]`: a view of memory that the next call overwrites
 */
export function runResize(plan: ResizePlan, region: Region): Uint8Array<ArrayBuffer> {
  const { box, window, horizontal, vertical } = plan;
  const layout = layOut(plan, region);
  const { filterColumns, filterRows, memory } = code();
  reserve(memory, layout.end);
  const bytes = new Uint8Array(memory.buffer as ArrayBuffer);
  const words = new Int32Array(memory.buffer as ArrayBuffer);
  words.set(horizontal.records, layout.horizontal / 4);
  words.set(vertical.records, layout.vertical / 4);
  const sourceStride = 3 * region.width;
  for (let done = 0; done < box.height; done += layout.stripRows) {
    const rows = Math.min(layout.stripRows, box.height - done);
    const from = (box.y - region.y + done) * sourceStride;
    bytes.set(region.data.subarray(from, from + rows * sourceStride), layout.strip);
    const to = layout.rows + done * layout.rowStride;
    const taps = [layout.horizontal, 4 * horizontal.recordWords, window.width] as const;
    filterRows(layout.strip, sourceStride, region.x, rows, ...taps, to, layout.rowStride);
  }
  const taps = [layout.vertical, 4 * vertical.recordWords, window.height] as const;
  filterColumns(layout.rows, layout.rowStride, box.y, ...taps, layout.out, 3 * window.width);
  return bytes.subarray(layout.out, layout.out + 3 * window.width * window.height);
}

/** Where everything is in memory, in bytes. */
interface Layout {
  horizontal: number;
  vertical: number;
  out: number;
  rows: number;
  rowStride: number;
  strip: number;
  stripRows: number;
  end: number;
}

/**
 * Memory as resize_filter.as requires it: rows in fours, a row more to read, 16 bytes after what is
 * written.
 */
function layOut({ box, window, horizontal, vertical }: ResizePlan, region: Region): Layout {
  const rowStride = align(3 * window.width + 1);
  const stripRows = Math.max(4, Math.floor(stripBytes / (3 * region.width)) & ~3);
  const rooms = [
    4 * horizontal.records.length,
    4 * vertical.records.length,
    3 * window.width * window.height + 16,
    (box.height + 4) * rowStride,
    stripRows * 3 * region.width + 16,
  ];
  const starts = [0];
  for (const room of rooms) starts.push((starts.at(-1) as number) + align(room));
  const [a, b, out, rows, strip, end] = starts as [number, number, number, number, number, number];
  return { horizontal: a, vertical: b, out, rows, rowStride, strip, stripRows, end };
}

function align(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}

/** Grows WebAssembly's memory, which never shrinks, to this many bytes. */
function reserve(memory: WebAssembly.Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
}
