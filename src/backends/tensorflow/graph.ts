/**
 * A `TF_Graph`, and functions made from it.
 *
 * @module
 */
import {
  ATTRIBUTE,
  type AttributeSetter,
  cString,
  graphAttributeSetter,
  type OperationAttribute,
} from "./attributes.ts";
import { OperationDefinitions } from "./operation_definitions.ts";
import type { Status } from "./status.ts";
import type { TensorFlowLibrary } from "./symbols.ts";

/** One output of one node: a `TF_Output`, the struct `{ TF_Operation*; int }`, as bytes. */
export type Output = Uint8Array<ArrayBuffer>;

/** Shape and data type. Sizes that depend on values are −1; with an unknown rank, no shape. */
export interface OutputType {
  readonly shape: number[] | undefined;
  readonly dtype: number;
}

/** A graph that grows node by node. */
export class Graph {
  readonly #library: TensorFlowLibrary;
  readonly #status: Status;
  readonly #pointer: Deno.PointerValue;
  readonly #setAttribute: AttributeSetter;
  readonly #definitions: OperationDefinitions;
  #nodes = 0;

  constructor(library: TensorFlowLibrary, status: Status) {
    this.#library = library;
    this.#status = status;
    this.#pointer = library.TF_NewGraph();
    this.#setAttribute = graphAttributeSetter(library);
    this.#definitions = new OperationDefinitions(library, status);
  }

  /** A node that the function's caller feeds. */
  placeholder(shape: readonly number[], dtype: number): Output {
    const node = this.#begin("Placeholder");
    this.#setAttribute(node, { name: "dtype", type: ATTRIBUTE.TYPE, value: dtype });
    const dims = BigInt64Array.from(shape, BigInt);
    this.#library.TF_SetAttrShape(node, cString("shape"), dims, dims.length);
    return this.#finish(node, "Placeholder", 1)[0] as Output;
  }

  /** A node with the values of a `TF_Tensor`, which are copied. */
  constant(tensor: Deno.PointerValue, dtype: number): Output {
    const node = this.#begin("Const");
    this.#setAttribute(node, { name: "dtype", type: ATTRIBUTE.TYPE, value: dtype });
    this.#library.TF_SetAttrTensor(node, cString("value"), tensor, this.#status.pointer);
    this.#status.check("TF_SetAttrTensor");
    return this.#finish(node, "Const", 1)[0] as Output;
  }

  /**
   * A node that computes.
   *
   * @param inputs all inputs in one row, a list's elements one after another
   * @param outputCount how many outputs it has
   * @param controlInputs outputs of nodes that must have run before, whose values it does not take
   * @throws {TensorFlowError} where shapes, types or attributes do not fit the operation
   */
  operation(
    name: string,
    attributes: readonly OperationAttribute[],
    inputs: readonly Output[],
    outputCount: number,
    controlInputs: readonly Output[] = [],
  ): Output[] {
    const groups = this.#definitions.group(this.#pointer, name, attributes, inputs);
    const node = this.#begin(name);
    for (const group of groups.inputs) {
      if (group.list) this.#library.TF_AddInputList(node, pack(group.items), group.items.length);
      else for (const input of group.items) this.#library.TF_AddInput(node, input);
    }
    for (const output of controlInputs) this.#library.TF_AddControlInput(node, nodeOf(output));
    for (const attribute of groups.attributes) this.#setAttribute(node, attribute);
    return this.#finish(node, name, outputCount);
  }

  /** What TensorFlow infers about an output. */
  typeOf(output: Output): OutputType {
    const library = this.#library, status = this.#status;
    const dtype = library.TF_OperationOutputType(output);
    const rank = library.TF_GraphGetTensorNumDims(this.#pointer, output, status.pointer);
    status.check("TF_GraphGetTensorNumDims");
    if (rank < 0) return { shape: undefined, dtype };
    const dims = new BigInt64Array(rank);
    if (rank > 0) {
      library.TF_GraphGetTensorShape(this.#pointer, output, dims, rank, status.pointer);
      status.check("TF_GraphGetTensorShape");
    }
    return { shape: Array.from(dims, Number), dtype };
  }

  /**
   * Adds the whole graph to a context, as a function that can be run like an operation.
   *
   * @param name the function's name
   * @param inputs its parameters: placeholders
   * @param outputs what it returns
   */
  addFunction(
    context: Deno.PointerValue,
    name: string,
    inputs: readonly Output[],
    outputs: readonly Output[],
  ): void {
    const library = this.#library, status = this.#status;
    const body = library.TF_GraphToFunction(
      ...[this.#pointer, cString(name), 0, -1, null] as const,
      ...[inputs.length, pack(inputs), outputs.length, pack(outputs)] as const,
      ...[null, null, null, status.pointer] as const,
    );
    status.check("TF_GraphToFunction");
    library.TFE_ContextAddFunction(context, body, status.pointer);
    library.TF_DeleteFunction(body);
    status.check("TFE_ContextAddFunction");
  }

  /** Frees the graph. Functions made from it remain. */
  dispose(): void {
    this.#library.TF_DeleteGraph(this.#pointer);
  }

  #begin(name: string): Deno.PointerValue {
    // TensorFlow's messages name nodes: by this, also the operation. A name cannot begin with "_".
    const node = new TextEncoder().encode(`${name.replace(/^_+/, "")}_${this.#nodes++}\0`);
    return this.#library.TF_NewOperation(this.#pointer, cString(name), node);
  }

  #finish(node: Deno.PointerValue, name: string, outputCount: number): Output[] {
    const operation = this.#library.TF_FinishOperation(node, this.#status.pointer);
    this.#status.check(name);
    return Array.from({ length: outputCount }, (_, i) => makeOutput(operation, i));
  }
}

function makeOutput(operation: Deno.PointerValue, index: number): Output {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(Deno.UnsafePointer.value(operation)), true);
  view.setInt32(8, index, true);
  return bytes;
}

/** The `TF_Operation` whose output it is. */
function nodeOf(output: Output): Deno.PointerValue {
  return Deno.UnsafePointer.create(new DataView(output.buffer).getBigUint64(0, true));
}

function pack(outputs: readonly Output[]): Output {
  const bytes = new Uint8Array(16 * outputs.length);
  outputs.forEach((output, i) => bytes.set(output, 16 * i));
  return bytes;
}
