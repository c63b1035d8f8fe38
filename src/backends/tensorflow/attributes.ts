/**
 * Attributes of TensorFlow operations: how callers write them, and how they reach the C API, which
 * has twin functions for an operation that runs at once (`TFE_Op…`) and one that is recorded
 * (`TF_…`).
 *
 * @module
 */
import { DATA_TYPES, type DataTypeName } from "./dtypes.ts";
import type { TensorFlowLibrary } from "./symbols.ts";

/** `TF_AttrType`, as far as tfjs-node's kernels use it. */
export const ATTRIBUTE = {
  STRING: 0,
  INT: 1,
  FLOAT: 2,
  BOOL: 3,
  TYPE: 4,
  SHAPE: 5,
  RESOURCE: 8,
} as const;

/** An attribute as tfjs-node's kernels write it. */
export interface OperationAttribute {
  name: string;
  type: number;
  value: boolean | number | object | string | readonly number[] | readonly string[];
}

/**
 * An attribute as `TensorFlowBackend.run` takes it: strings, lists of strings and booleans are
 * passed as they are, numbers give the kind that TensorFlow declares, and a type is TensorFlow.js's
 * name for it.
 */
export type AttributeValue =
  | boolean
  | string
  | readonly string[]
  | { readonly int: number | readonly number[] }
  | { readonly float: number | readonly number[] }
  | { readonly type: DataTypeName | readonly DataTypeName[] };

/** Attributes by name. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/**
 * Attributes in the form of tfjs-node's kernels.
 *
 * @throws {TypeError} if one is of no kind that TensorFlow knows: C would take it for something else
 */
export function toOperationAttributes(attributes: Attributes): OperationAttribute[] {
  return Object.entries(attributes ?? {}).map(([name, value]) => {
    const typed = isText(name) ? toTyped(value) : undefined;
    if (typed !== undefined) return { name, ...typed };
    throw new TypeError(
      `Cannot set the attribute ${
        JSON.stringify(name)
      } as it must be a boolean, a string, strings, ` +
        "{ int }, { float } or { type } of TensorFlow.js's data types: current value is " +
        `${JSON.stringify(value)}`,
    );
  });
}

/** Nothing where it is of no kind. */
function toTyped(value: AttributeValue): Omit<OperationAttribute, "name"> | undefined {
  if (typeof value === "boolean") return { type: ATTRIBUTE.BOOL, value };
  if (typeof value === "string") return { type: ATTRIBUTE.STRING, value };
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) {
    return every(value, isString) ? { type: ATTRIBUTE.STRING, value } : undefined;
  }
  if ("int" in value && every(value.int, isNumber)) {
    return { type: ATTRIBUTE.INT, value: value.int };
  }
  if ("float" in value && every(value.float, isNumber)) {
    return { type: ATTRIBUTE.FLOAT, value: value.float };
  }
  if (!("type" in value) || !every(value.type, isDataType)) return undefined;
  const { type } = value;
  const number = typeof type === "string" ? DATA_TYPES[type] : type.map((name) => DATA_TYPES[name]);
  return { type: ATTRIBUTE.TYPE, value: number };
}

const isString = (value: unknown): boolean => typeof value === "string";
const isNumber = (value: unknown): boolean => typeof value === "number";
const isDataType = (value: unknown): boolean =>
  typeof value === "string" && Object.hasOwn(DATA_TYPES, value);

/** Of a list, or of what stands alone. */
function every(value: unknown, is: (item: unknown) => boolean): boolean {
  return Array.isArray(value) ? value.every(is) : is(value);
}

/** A name as C reads it: it would end at a zero. */
export function isText(name: unknown): name is string {
  return typeof name === "string" && name !== "" && !name.includes("\0");
}

/** The attributes of a `Cast` between two of TensorFlow's data types. */
export function castAttributes(from: number, to: number): OperationAttribute[] {
  return [
    { name: "SrcT", type: ATTRIBUTE.TYPE, value: from },
    { name: "DstT", type: ATTRIBUTE.TYPE, value: to },
  ];
}

const encoder = new TextEncoder();
const cStrings = new Map<string, Uint8Array<ArrayBuffer>>();

/** `text` as C expects it: UTF-8 with a closing zero. It is cached, so use it only for names. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  let bytes = cStrings.get(text);
  if (bytes === undefined) cStrings.set(text, bytes = encoder.encode(`${text}\0`));
  return bytes;
}

const [LEAST_INT64, GREATEST_INT64] = [-(2n ** 63n), 2n ** 63n - 1n];

/**
 * A number as int64, the way of the native addon that tfjs-node's kernels were written for:
 * fractions are truncated, too large numbers become the largest, and what is not finite becomes 0.
 */
export function toInt64(value: number): bigint {
  if (!Number.isFinite(value)) return 0n;
  const whole = BigInt(Math.trunc(value));
  return whole < LEAST_INT64 ? LEAST_INT64 : whole > GREATEST_INT64 ? GREATEST_INT64 : whole;
}

/** The C API's setters of one kind of operation. */
interface Setters {
  readonly int: TensorFlowLibrary["TFE_OpSetAttrInt"];
  readonly float: TensorFlowLibrary["TFE_OpSetAttrFloat"];
  readonly bool: TensorFlowLibrary["TFE_OpSetAttrBool"];
  readonly type: TensorFlowLibrary["TFE_OpSetAttrType"];
  readonly string: TensorFlowLibrary["TFE_OpSetAttrString"];
  readonly strings: TensorFlowLibrary["TFE_OpSetAttrStringList"];
  readonly ints: TensorFlowLibrary["TFE_OpSetAttrIntList"];
  readonly floats: TensorFlowLibrary["TFE_OpSetAttrFloatList"];
  readonly types: TensorFlowLibrary["TFE_OpSetAttrTypeList"];
}

/** Sets one attribute of one operation. */
export type AttributeSetter = (
  operation: Deno.PointerValue,
  attribute: OperationAttribute,
) => void;

/** The setter for operations that run at once. */
export function eagerAttributeSetter(library: TensorFlowLibrary): AttributeSetter {
  return attributeSetter({
    int: library.TFE_OpSetAttrInt,
    float: library.TFE_OpSetAttrFloat,
    bool: library.TFE_OpSetAttrBool,
    type: library.TFE_OpSetAttrType,
    string: library.TFE_OpSetAttrString,
    strings: library.TFE_OpSetAttrStringList,
    ints: library.TFE_OpSetAttrIntList,
    floats: library.TFE_OpSetAttrFloatList,
    types: library.TFE_OpSetAttrTypeList,
  });
}

/** The setter for operations that are recorded into a graph. */
export function graphAttributeSetter(library: TensorFlowLibrary): AttributeSetter {
  return attributeSetter({
    int: library.TF_SetAttrInt,
    float: library.TF_SetAttrFloat,
    bool: library.TF_SetAttrBool,
    type: library.TF_SetAttrType,
    string: library.TF_SetAttrString,
    strings: library.TF_SetAttrStringList,
    ints: library.TF_SetAttrIntList,
    floats: library.TF_SetAttrFloatList,
    types: library.TF_SetAttrTypeList,
  });
}

function attributeSetter(set: Setters): AttributeSetter {
  return (operation, { name, type, value }) => {
    const key = cString(name);
    if (Array.isArray(value)) return setList(set, operation, key, name, type, value);
    if (type === ATTRIBUTE.TYPE) set.type(operation, key, value as number);
    else if (type === ATTRIBUTE.BOOL) set.bool(operation, key, value ? 1 : 0);
    else if (type === ATTRIBUTE.INT) set.int(operation, key, toInt64(value as number));
    else if (type === ATTRIBUTE.FLOAT) set.float(operation, key, value as number);
    else if (type === ATTRIBUTE.STRING) {
      const bytes = encoder.encode(value as string);
      set.string(operation, key, bytes, BigInt(bytes.length));
    } else throw unknownKind(name, type);
  };
}

function setList(
  set: Setters,
  operation: Deno.PointerValue,
  key: Uint8Array<ArrayBuffer>,
  name: string,
  type: number,
  list: number[] | string[],
): void {
  const { length } = list;
  if (type === ATTRIBUTE.STRING) return setStrings(set, operation, key, list as string[]);
  const values = list as number[];
  if (type === ATTRIBUTE.INT) {
    set.ints(operation, key, BigInt64Array.from(values, toInt64), length);
  } else if (type === ATTRIBUTE.FLOAT) {
    set.floats(operation, key, Float32Array.from(values), length);
  } else if (type === ATTRIBUTE.TYPE) {
    set.types(operation, key, Int32Array.from(values), length);
  } else throw unknownKind(name, type);
}

/** TensorFlow copies the strings, which are given as pointers and lengths. */
function setStrings(
  set: Setters,
  operation: Deno.PointerValue,
  key: Uint8Array<ArrayBuffer>,
  strings: string[],
): void {
  const bytes = strings.map((string) => encoder.encode(string));
  const pointers = bytes.map((each) => Deno.UnsafePointer.value(Deno.UnsafePointer.of(each)));
  const lengths = bytes.map((each) => BigInt(each.length));
  const [starts, sizes] = [BigUint64Array.from(pointers, BigInt), BigUint64Array.from(lengths)];
  set.strings(operation, key, starts, sizes, strings.length);
}

function unknownKind(name: string, type: number): TypeError {
  return new TypeError(
    `Cannot set the attribute ${name} as its kind must be a string, an int, a float, a bool, ` +
      `a type or a list of strings, ints, floats or types: current kind is ${type}`,
  );
}
