/**
 * TensorFlow's numbers for data types, and replacements for those that TensorFlow.js lacks.
 *
 * @module
 */

/** `TF_DataType`, as far as it is used here. */
export const TF = {
  FLOAT: 1,
  DOUBLE: 2,
  INT32: 3,
  UINT8: 4,
  INT16: 5,
  INT8: 6,
  STRING: 7,
  COMPLEX64: 8,
  INT64: 9,
  BOOL: 10,
  BFLOAT16: 14,
  UINT16: 17,
  HALF: 19,
  RESOURCE: 20,
  UINT32: 22,
  UINT64: 23,
} as const;

/** The data types that attributes name: TensorFlow.js's, and `int64` for what needs it. */
export type DataTypeName = "float32" | "int32" | "bool" | "complex64" | "string" | "int64";

/** TensorFlow's number for each data type of TensorFlow.js. */
export const DATA_TYPES: Readonly<Record<DataTypeName, number>> = {
  float32: TF.FLOAT,
  int32: TF.INT32,
  bool: TF.BOOL,
  complex64: TF.COMPLEX64,
  string: TF.STRING,
  int64: TF.INT64,
};

/** Bytes an element, of the data types that can be written from JavaScript. */
export const ELEMENT_BYTES: Readonly<Record<number, number>> = {
  [TF.FLOAT]: 4,
  [TF.INT32]: 4,
  [TF.UINT8]: 1,
  [TF.COMPLEX64]: 8,
  [TF.INT64]: 8,
  [TF.BOOL]: 1,
};

/** The data type that replaces one that TensorFlow.js lacks: its kernels could not use it. */
export const CAST_OUTPUT: ReadonlyMap<number, number> = new Map([
  [TF.DOUBLE, TF.FLOAT],
  [TF.HALF, TF.FLOAT],
  [TF.BFLOAT16, TF.FLOAT],
  [TF.INT64, TF.INT32],
  [TF.UINT8, TF.INT32],
  [TF.INT8, TF.INT32],
  [TF.INT16, TF.INT32],
  [TF.UINT16, TF.INT32],
  [TF.UINT32, TF.INT32],
  [TF.UINT64, TF.INT32],
]);
