/**
 * Reads the synsets from `meta.mat` of ImageNet's development kit: a MATLAB file of level 5 that
 * holds one array of structures, `synsets`, with the fields `ILSVRC2012_ID` and `WNID` among
 * others.
 *
 * No package under a permissive licence reads such files, so the little that is needed is here,
 * after MathWorks' _MAT-File Format_: elements of a tag (type, bytes) and data; matrices are
 * elements that hold elements.
 *
 * @module
 */
import { inflateSync } from "node:zlib";
import { DataError, reasonOf } from "../errors.ts";

/** Types of elements. */
const [matrixElement, compressedElement] = [14, 15];
/** Classes of matrices. */
const [structClass, charClass] = [2, 4];
const headerBytes = 128;
/** The development kit's file inflates to under a megabyte. */
const largestInflated = 2 ** 26;

/** One element: its type and its data. */
interface Element {
  type: number;
  data: DataView;
}

/** A matrix: its class, its name, and the elements that follow these. */
interface Matrix {
  kind: number;
  name: string;
  parts: Element[];
}

/**
 * Reads the synsets.
 *
 * @param bytes the file
 * @param file its path, for messages
 * @returns synsets such as `n01751748` by their ILSVRC2012_ID
 * @throws {DataError} naming `file`, if the bytes are no such file, or an id or a synset is not
 *   unique
 */
export function readSynsetsOfMeta(bytes: Uint8Array, file: string): Map<number, string> {
  try {
    const matrices = elementsOf(viewOf(bytes.subarray(headerBytes))).map(inflated).map(matrixOf);
    const synsets = matrices.find(({ name }) => name === "synsets");
    if (synsets?.kind !== structClass) throw new Error("it holds no structures called synsets");
    return idsOf(synsets);
  } catch (error) {
    throw new DataError(
      `Cannot use ${file} as its list of synsets cannot be read (${seenIn(error)}): ` +
        `take meta.mat from the development kit of ILSVRC2012 again, or put a map_clsloc.txt with ` +
        `a line "n01751748 490" for each class beside it`,
      { cause: error },
    );
  }
}

/** What of an error is worth telling: where an element has fewer bytes than its form asks for, not how. */
function seenIn(error: unknown): string {
  const isShort = error instanceof RangeError || error instanceof SyntaxError;
  return isShort ? "an element has other bytes than its form asks for" : reasonOf(error);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function elementsOf(view: DataView): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at + 8 <= view.byteLength;) {
    const first = view.getUint32(at, true);
    // A short element has its length in the upper half of the first word, its data in the second.
    const isShort = first > 0xffff;
    const length = isShort ? first >>> 16 : view.getUint32(at + 4, true);
    const start = at + (isShort ? 4 : 8);
    const type = first & 0xffff;
    if (start + length > view.byteLength) throw new Error("it is cut off");
    elements.push({ type, data: new DataView(view.buffer, view.byteOffset + start, length) });
    at = isShort
      ? at + 8
      : type === compressedElement
      ? start + length
      : start + 8 * Math.ceil(length / 8);
  }
  return elements;
}

function inflated(element: Element): Element {
  if (element.type !== compressedElement) return element;
  const { buffer, byteOffset, byteLength } = element.data;
  const bytes = inflateSync(new Uint8Array(buffer, byteOffset, byteLength), {
    maxOutputLength: largestInflated,
  });
  const inner = elementsOf(viewOf(bytes))[0];
  if (inner === undefined) throw new Error("a compressed part of it is empty");
  return inner;
}

function matrixOf({ type, data }: Element): Matrix {
  if (type !== matrixElement) throw new Error(`it holds an element of type ${type}`);
  const [flags, , name, ...parts] = data.byteLength === 0 ? [] : elementsOf(data);
  return {
    kind: flags === undefined ? 0 : flags.data.getUint32(0, true) & 0xff,
    name: name === undefined ? "" : textOf(name),
    parts,
  };
}

/** The structures' fields follow each other, structure by structure, after the fields' names. */
function idsOf({ parts }: Matrix): Map<number, string> {
  const [length, names, ...values] = parts;
  if (length === undefined || names === undefined) throw new Error("its structures have no fields");
  const step = length.data.getInt32(0, true);
  const fields = textOf(names).match(new RegExp(`[^]{${step}}`, "g")) ?? [];
  const fieldAt = (name: string) => {
    const at = fields.findIndex((field) => field.replace(/\0[^]*/, "") === name);
    if (at >= 0) return at;
    throw new Error(`its structures have no field ${name}`);
  };
  const [id, synset] = [fieldAt("ILSVRC2012_ID"), fieldAt("WNID")];
  const ids = new Map<number, string>();
  if (values.length % fields.length > 0) throw new Error("its last structure lacks fields");
  for (let first = 0; first < values.length; first += fields.length) {
    const [number, word] = [numberOf(values[first + id]), wordOf(values[first + synset])];
    if (ids.has(number)) throw new Error(`the ILSVRC2012_ID ${number} stands twice`);
    ids.set(number, word);
  }
  if (new Set(ids.values()).size < ids.size) throw new Error("a WNID stands twice");
  return ids;
}

function numberOf(value: Element | undefined): number {
  const [real] = value === undefined ? [] : matrixOf(value).parts;
  const [number] = real === undefined ? [] : numbersOf(real);
  if (number === undefined) throw new Error("an ILSVRC2012_ID is empty");
  if (Number.isInteger(number) && number >= 1) return number;
  throw new Error(`an ILSVRC2012_ID is ${number}, and a whole number >= 1 is wanted`);
}

function wordOf(value: Element | undefined): string {
  const matrix = value === undefined ? undefined : matrixOf(value);
  const text = matrix?.kind === charClass && matrix.parts[0] ? textOf(matrix.parts[0]) : "";
  if (/^n\d{8}$/.test(text)) return text;
  throw new Error(`a WNID is "${text}"`);
}

function textOf(element: Element): string {
  return String.fromCharCode(...numbersOf(element));
}

/** Numbers, and character codes, are stored in the smallest type that holds them. */
function numbersOf({ type, data }: Element): number[] {
  const at = (bytes: number, read: (offset: number) => number) =>
    Array.from({ length: data.byteLength / bytes }, (_, i) => read(i * bytes));
  switch (type) {
    case 1:
      return at(1, (i) => data.getInt8(i));
    case 2:
    case 16:
      return at(1, (i) => data.getUint8(i));
    case 3:
      return at(2, (i) => data.getInt16(i, true));
    case 4:
    case 17:
      return at(2, (i) => data.getUint16(i, true));
    case 5:
      return at(4, (i) => data.getInt32(i, true));
    case 6:
      return at(4, (i) => data.getUint32(i, true));
    case 9:
      return at(8, (i) => data.getFloat64(i, true));
    default:
      throw new Error(`numbers of type ${type} are not expected`);
  }
}
