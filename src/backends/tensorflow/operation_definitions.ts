/**
 * Which inputs of an operation are lists, and whether it has an effect beside its outputs. A graph
 * needs lists as such, also empty ones, while tfjs-node's kernels pass all inputs in one row.
 *
 * Source: `tensorflow/core/framework/op_def.proto` of tensorflow/tensorflow.
 *
 * @module
 */
import { Field, Root, Type } from "npm:protobufjs@8.8.1/light.js";
import { cString, type OperationAttribute } from "./attributes.ts";
import type { Status } from "./status.ts";
import type { TensorFlowLibrary } from "./symbols.ts";

const ArgDef = new Type("ArgDef")
  .add(new Field("typeAttr", 4, "string"))
  .add(new Field("numberAttr", 5, "string"))
  .add(new Field("typeListAttr", 6, "string"));
const OpDef = new Type("OpDef")
  .add(new Field("inputArg", 2, "ArgDef", "repeated"))
  .add(new Field("isStateful", 17, "bool"));
new Root().add(ArgDef).add(OpDef);

/** One declared input: the attributes that hold its type, and a list's length or types. */
interface Argument {
  readonly typeAttr?: string;
  readonly numberAttr?: string;
  readonly typeListAttr?: string;
}

/** What an operation is, as far as it is used here. */
interface Definition {
  readonly inputArg: readonly Argument[];
  readonly isStateful: boolean;
}

/** One declared input and what is given for it. */
export interface InputGroup<T> {
  readonly list: boolean;
  readonly items: readonly T[];
}

/** The definitions that were asked for, by name. */
export class OperationDefinitions {
  readonly #library: TensorFlowLibrary;
  readonly #status: Status;
  readonly #known = new Map<string, Definition>();

  constructor(library: TensorFlowLibrary, status: Status) {
    this.#library = library;
    this.#status = status;
  }

  /**
   * Divides a row of inputs among an operation's declared inputs.
   *
   * @param graph any graph
   * @returns the groups, and the attributes without those that the groups imply. TensorFlow infers
   *   these; tfjs-node's are sometimes wrong (the type of an integer's mean), which is tolerated
   *   only when an operation runs at once
   */
  group<T>(
    graph: Deno.PointerValue,
    name: string,
    attributes: readonly OperationAttribute[],
    inputs: readonly T[],
  ): { inputs: InputGroup<T>[]; attributes: OperationAttribute[] } {
    const implied = new Set<string>();
    let from = 0;
    const { inputArg } = this.#definitionOf(graph, name);
    const groups = inputArg.map(({ typeAttr, numberAttr, typeListAttr }) => {
      const lengthKey = numberAttr || typeListAttr;
      const length = lengthKey ? listLength(attributes, lengthKey) : 1;
      if (lengthKey) implied.add(lengthKey);
      if (typeAttr && length > 0) implied.add(typeAttr);
      return { list: Boolean(lengthKey), items: inputs.slice(from, from += length) };
    });
    return {
      inputs: groups,
      attributes: attributes.filter((attribute) => !implied.has(attribute.name)),
    };
  }

  /**
   * Whether an operation does more than compute its outputs, such as writing a file or an error.
   *
   * @param graph any graph
   */
  isStateful(graph: Deno.PointerValue, name: string): boolean {
    return this.#definitionOf(graph, name).isStateful;
  }

  #definitionOf(graph: Deno.PointerValue, name: string): Definition {
    let known = this.#known.get(name);
    if (known === undefined) this.#known.set(name, known = this.#ask(graph, name));
    return known;
  }

  #ask(graph: Deno.PointerValue, name: string): Definition {
    const library = this.#library;
    const buffer = library.TF_NewBuffer();
    try {
      library.TF_GraphGetOpDef(graph, cString(name), buffer, this.#status.pointer);
      this.#status.check(name);
      const bytes = readBuffer(buffer);
      return OpDef.toObject(OpDef.decode(bytes), { arrays: true, defaults: true }) as Definition;
    } finally {
      library.TF_DeleteBuffer(buffer);
    }
  }
}

function listLength(attributes: readonly OperationAttribute[], name: string): number {
  const value = attributes.find((attribute) => attribute.name === name)?.value;
  return Array.isArray(value) ? value.length : Number(value ?? 0);
}

/** The bytes of a `TF_Buffer`: a struct that begins with a pointer and a length. */
function readBuffer(buffer: Deno.PointerValue): Uint8Array {
  if (buffer === null) return new Uint8Array();
  const view = new Deno.UnsafePointerView(buffer);
  const data = view.getPointer(0);
  const length = Number(view.getBigUint64(8));
  if (data === null || length === 0) return new Uint8Array();
  return new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(data, length));
}
