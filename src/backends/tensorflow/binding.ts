/**
 * The calls through which tfjs-node's kernels reach TensorFlow. Kernels see tensors as ids.
 *
 * @module
 */
import { ATTRIBUTE, type OperationAttribute } from "./attributes.ts";
import { TF } from "./dtypes.ts";
import type { ReadValues, Values } from "./memory.ts";

/** What an operation returns: an id, and what tfjs-node makes a tensor of. */
export interface TensorMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

/** The numbers that tfjs-node's kernels expect on their binding. */
export const BINDING_CONSTANTS: Readonly<Record<string, number>> = {
  TF_FLOAT: TF.FLOAT,
  TF_INT32: TF.INT32,
  TF_INT64: TF.INT64,
  TF_BOOL: TF.BOOL,
  TF_COMPLEX64: TF.COMPLEX64,
  TF_STRING: TF.STRING,
  TF_RESOURCE: TF.RESOURCE,
  TF_UINT8: TF.UINT8,
  TF_ATTR_STRING: ATTRIBUTE.STRING,
  TF_ATTR_INT: ATTRIBUTE.INT,
  TF_ATTR_FLOAT: ATTRIBUTE.FLOAT,
  TF_ATTR_BOOL: ATTRIBUTE.BOOL,
  TF_ATTR_TYPE: ATTRIBUTE.TYPE,
  TF_ATTR_SHAPE: ATTRIBUTE.SHAPE,
  TF_ATTR_RESOURCE: ATTRIBUTE.RESOURCE,
};

/** The calls through which kernels reach TensorFlow, whether it computes or records. */
export interface Binding {
  createTensor(shape: number[], dtype: number, values: Values): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): ReadValues;
  executeOp(
    name: string,
    attributes: OperationAttribute[],
    inputs: number[],
    outputCount: number,
  ): TensorMetadata[];
  /** `Identity` of one tensor that, in a recording, runs only after another one is there. */
  runAfter(id: number, after: number): TensorMetadata;
}
