/**
 * The header of a safetensors file: JSON that says where each tensor is. It comes from outside, so
 * everything in it is checked before it is used.
 *
 * @module
 */
import { jsonOf } from "../check.ts";
import { byteLengthOf, dtypes } from "./safetensors_dtypes.ts";

/** One tensor, as the header describes it. */
export interface TensorInfo {
  /** Unique in the file. */
  readonly name: string;
  /** The type of its numbers. */
  readonly dtype: string;
  /** Its shape, `[]` for a single number. */
  readonly shape: readonly number[];
  /** Its first byte, and the one after its last, counted from the header's end. */
  readonly offsets: readonly [number, number];
}

/** What a header says. */
export interface SafetensorsHeader {
  /** The tensors in the order of their bytes. */
  readonly tensors: readonly TensorInfo[];
  /** Texts by name, as the writer liked. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** The name under which the header holds texts, and no tensor. */
export const metadataName = "__metadata__";

/**
 * Parses and checks a header.
 *
 * @param json the header
 * @param dataLength how many bytes follow it
 * @returns tensors within those bytes, one after the other, without overlap or gap
 * @throws {TypeError} if it is not JSON, a name occurs twice, or the bytes do not hold a tensor
 */
export function parseHeader(json: string, dataLength: number): SafetensorsHeader {
  const header = parseObject(json);
  const { [metadataName]: texts, ...described } = header;
  const tensors = Object.entries(described).map(([name, value]) => tensorInfo(name, value));
  tensors.sort((a, b) => a.offsets[0] - b.offsets[0] || a.offsets[1] - b.offsets[1]);
  checkLayout(tensors, dataLength);
  return { tensors, metadata: metadataOf(texts ?? {}) };
}

/**
 * Fails for a file that is not what it should be.
 *
 * @param requirement what must be, and what is
 * @throws {TypeError} always
 */
export function fail(requirement: string): never {
  throw new TypeError(`Cannot read safetensors as ${requirement}`);
}

/**
 * Fails unless a file is what it should be.
 *
 * @param holds whether it is
 * @param requirement what must be
 * @param value what is
 * @throws {TypeError} if it does not hold
 */
export function checkFile(
  holds: boolean,
  requirement: string,
  value: unknown,
): asserts holds {
  if (!holds) fail(`${requirement}: current value is ${brief(value)}`);
}

function parseObject(json: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    fail(`the header must be JSON: ${(error as Error).message}`);
  }
  checkFile(isObject(value), "the header must be a JSON object", value);
  const repeated = repeatedKey(json);
  if (repeated !== undefined) fail(`names must be unique: ${brief(repeated)} occurs twice`);
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value in the length that a message bears. */
function brief(value: unknown): string {
  return jsonOf(value, 80);
}

/** A key that an object of the JSON has twice: `JSON.parse` would silently take the last. */
function repeatedKey(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, text, colon] of json.matchAll(/("(?:[^"\\]+|\\.)*")\s*(:?)|[{}[\]]/g)) {
    if (token === "{" || token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    else if (text !== undefined && colon === ":") {
      const key = JSON.parse(text) as string;
      if (open.at(-1)?.has(key)) return key;
      open.at(-1)?.add(key);
    }
  }
  return undefined;
}

function tensorInfo(name: string, value: unknown): TensorInfo {
  const tensor = `tensor ${brief(name)}`;
  checkFile(isObject(value), `${tensor} must be an object`, value);
  const { dtype, shape, data_offsets: offsets } = value;
  const isKnown = typeof dtype === "string" && dtypes.includes(dtype);
  checkFile(isKnown, `dtype of ${tensor} must be one of ${dtypes.join(", ")}`, dtype);
  checkFile(isSizes(shape), `shape of ${tensor} must be integers >= 0`, shape);
  const isRange = isSizes(offsets) && offsets.length === 2 && offsets[0]! <= offsets[1]!;
  checkFile(isRange, `data_offsets of ${tensor} must be [begin, end]`, offsets);
  const [begin, end] = offsets as [number, number];
  const byteLength = byteLengthOf(dtype, shape);
  const described = `${tensor} of ${dtype} ${brief(shape)}`;
  const bytes = end - begin;
  checkFile(bytes === byteLength, `${described} must take ${byteLength} bytes`, bytes);
  return { name, dtype, shape, offsets: [begin, end] };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function checkLayout(tensors: readonly TensorInfo[], dataLength: number): void {
  let position = 0;
  for (const { name, offsets: [begin, end] } of tensors) {
    const wanted = `begin where the one before it ends, at byte ${position}`;
    checkFile(begin === position, `tensor ${brief(name)} must ${wanted}`, begin);
    position = end;
  }
  if (position === dataLength) return;
  const advice = position > dataLength ? "; it is cut off: fetch or copy it again" : "";
  fail(
    `tensors must end where the file does, at byte ${dataLength} after the header: current value is ` +
      `${position}${advice}`,
  );
}

function metadataOf(texts: unknown): ReadonlyMap<string, string> {
  const isText = (value: unknown) => typeof value === "string";
  const isTexts = isObject(texts) && Object.values(texts).every(isText);
  checkFile(isTexts, `${metadataName} must hold texts by name`, texts);
  return new Map(Object.entries(texts as Record<string, string>));
}
