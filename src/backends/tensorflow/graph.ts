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
import { waitsOf } from "./order.ts";
import {
  addressOf,
  inferType,
  makeOutput,
  type Output,
  outputCountError,
  type OutputType,
  pack,
} from "./output.ts";
import type { Status } from "./status.ts";
import type { TensorFlowLibrary } from "./symbols.ts";

/** A node of the graph. */
interface Node {
  readonly pointer: Deno.PointerValue;
  readonly outputs: readonly Output[];
  /** Positions of the nodes whose outputs it takes, or for which it waits. */
  readonly inputs: readonly number[];
  /** Whether it computes: placeholders and constants do not. */
  readonly computes: boolean;
  /** Whether it waits for other processes. */
  readonly waitsForOthers: boolean;
  /** Whether it must run although nothing takes its outputs. */
  readonly hasEffect: boolean;
}

/** A graph that grows node by node. */
export class Graph {
  readonly #library: TensorFlowLibrary;
  readonly #status: Status;
  readonly #setAttribute: AttributeSetter;
  readonly #definitions: OperationDefinitions;
  readonly #nodes: Node[] = [];
  readonly #positions = new Map<bigint, number>();
  #graph: Deno.PointerValue;

  constructor(library: TensorFlowLibrary, status: Status) {
    this.#library = library;
    this.#status = status;
    this.#graph = library.TF_NewGraph();
    this.#setAttribute = graphAttributeSetter(library);
    this.#definitions = new OperationDefinitions(library, status);
  }

  /** A node that the function's caller feeds. */
  placeholder(shape: readonly number[], dtype: number): Output {
    const dims = BigInt64Array.from(shape, BigInt);
    const [output] = this.#add("Placeholder", 1, [], (node) => {
      this.#setAttribute(node, { name: "dtype", type: ATTRIBUTE.TYPE, value: dtype });
      this.#library.TF_SetAttrShape(node, cString("shape"), dims, dims.length);
    });
    return output as Output;
  }

  /** A node with the values of a `TF_Tensor`, which are copied. */
  constant(tensor: Deno.PointerValue, dtype: number): Output {
    const [output] = this.#add("Const", 1, [], (node) => {
      this.#setAttribute(node, { name: "dtype", type: ATTRIBUTE.TYPE, value: dtype });
      this.#library.TF_SetAttrTensor(node, cString("value"), tensor, this.#status.pointer);
      this.#status.check("TF_SetAttrTensor");
    });
    return output as Output;
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
    return this.#add(name, outputCount, [...inputs, ...controlInputs], (node) => {
      for (const group of groups.inputs) {
        if (group.list) this.#library.TF_AddInputList(node, pack(group.items), group.items.length);
        else for (const input of group.items) this.#library.TF_AddInput(node, input);
      }
      for (const output of controlInputs) {
        const { pointer } = this.#nodes[this.#positionOf(output)] as Node;
        this.#library.TF_AddControlInput(node, pointer);
      }
      for (const attribute of groups.attributes) this.#setAttribute(node, attribute);
    });
  }

  /** What TensorFlow infers about an output. */
  typeOf(output: Output): OutputType {
    return inferType(this.#library, this.#status, this.#pointer, output);
  }

  /**
   * Adds the whole graph to a context, as a function that can be run like an operation.
   *
   * @param name the function's name
   * @param inputs its parameters: placeholders
   * @param outputs what it returns
   * @param withEffects whether it runs operations that do more than compute what it returns:
   *   Grappler takes out what is no control output
   */
  addFunction(
    context: Deno.PointerValue,
    name: string,
    inputs: readonly Output[],
    outputs: readonly Output[],
    withEffects: boolean,
  ): void {
    const library = this.#library, status = this.#status;
    const effects = BigUint64Array.from(
      withEffects ? this.#nodes.filter(({ hasEffect }) => hasEffect) : [],
      ({ pointer }) => Deno.UnsafePointer.value(pointer),
    );
    const body = library.TF_GraphToFunctionWithControlOutputs(
      ...[this.#pointer, cString(name), 0, -1, null] as const,
      ...[inputs.length, pack(inputs), outputs.length, pack(outputs), null] as const,
      ...[effects.length, effects, null, null, null, status.pointer] as const,
    );
    status.check("TF_GraphToFunction");
    library.TFE_ContextAddFunction(context, body, status.pointer);
    library.TF_DeleteFunction(body);
    status.check("TFE_ContextAddFunction");
  }

  /**
   * Lets nodes wait for others, so that the function holds little more memory at a time than in the
   * order in which it was recorded: see {@linkcode waitsOf}. Values do not change.
   *
   * @param outputs what the function will return; nodes that these do not need stay out of it
   */
  order(outputs: readonly Output[]): void {
    const nodes = this.#nodes.map((node) => ({
      inputs: node.inputs,
      bytes: node.computes ? this.#bytesOf(node) : 0,
      waitsForOthers: node.waitsForOthers,
    }));
    const needed = outputs.map((output) => this.#positionOf(output));
    needed.push(...this.#nodes.keys().filter((at) => this.#nodes[at]!.hasEffect));
    for (const [waiting, after] of waitsOf(nodes, needed)) {
      const [node, other] = [this.#nodes[waiting] as Node, this.#nodes[after] as Node];
      this.#library.TF_AddOperationControlInput(this.#pointer, node.pointer, other.pointer);
    }
  }

  /** Frees the graph, once. Functions made from it remain. */
  dispose(): void {
    if (this.#graph !== null) this.#library.TF_DeleteGraph(this.#graph);
    this.#graph = null;
  }

  get #pointer(): Deno.PointerValue {
    if (this.#graph === null) {
      throw new Error("Cannot use a recording's graph: it has been disposed");
    }
    return this.#graph;
  }

  /** A node, which `describe` gives its inputs and attributes. */
  #add(
    name: string,
    outputCount: number,
    inputs: readonly Output[],
    describe: (node: Deno.PointerValue) => void,
  ): Output[] {
    // TensorFlow's messages name nodes: by this, also the operation. A name cannot begin with "_".
    const title = new TextEncoder().encode(`${name.replace(/^_+/, "")}_${this.#nodes.length}\0`);
    const node = this.#library.TF_NewOperation(this.#pointer, cString(name), title);
    try {
      describe(node);
    } catch (error) {
      this.#library.TF_FinishOperation(node, this.#status.pointer); // which frees the description
      throw error;
    }
    const pointer = this.#library.TF_FinishOperation(node, this.#status.pointer);
    this.#status.check(name);
    const there = this.#library.TF_OperationNumOutputs(pointer);
    // Whatever asked TensorFlow about one that is not there would end the process.
    if (outputCount > there) throw outputCountError(name, outputCount, there);
    const outputs = Array.from({ length: outputCount }, (_, i) => makeOutput(pointer, i));
    this.#positions.set(Deno.UnsafePointer.value(pointer), this.#nodes.length);
    this.#nodes.push({
      pointer,
      outputs,
      inputs: inputs.map((input) => this.#positionOf(input)),
      waitsForOthers: name.startsWith("Collective"),
      computes: name !== "Placeholder" && name !== "Const",
      hasEffect: this.#definitions.isStateful(this.#pointer, name),
    });
    return outputs;
  }

  #positionOf(output: Output): number {
    return this.#positions.get(addressOf(output)) as number; // every node was made here
  }

  /** How much memory a node's outputs take, as far as TensorFlow infers it. */
  #bytesOf({ outputs }: Node): number {
    const sizes = outputs.map((output) => {
      const { shape = [] } = this.typeOf(output);
      return 4 * shape.reduce((product, size) => product * Math.max(size, 0), 1);
    });
    return sizes.reduce((sum, size) => sum + size, 0);
  }
}
