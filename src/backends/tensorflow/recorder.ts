/**
 * The binding that records: operations become nodes of a graph, and the ids of their outputs are
 * negative, for which tfjs-node frees nothing. Tensors with values keep their positive ids.
 *
 * @module
 */
import { randomError, readingError, shapeError } from "../../training/recording/capture_error.ts";
import { ATTRIBUTE, castAttributes, type OperationAttribute } from "./attributes.ts";
import type { Binding, TensorMetadata } from "./binding.ts";
import type { EagerBinding } from "./eager_binding.ts";
import { CAST_OUTPUT, TF } from "./dtypes.ts";
import { Graph } from "./graph.ts";
import type { Output } from "./output.ts";
import type { ReadValues, Values } from "./memory.ts";

/** Up to this many elements, a tensor from outside becomes a constant of the graph. */
const CONSTANT_ELEMENTS = 64;

/** Operations whose values change from run to run by a state of TensorFlow's own. */
const STATEFUL_RANDOM = /^(Random|TruncatedNormal|ParameterizedTruncatedNormal|Multinomial)/;

/**
 * Outputs whose shape TensorFlow does not infer, and that are not needed: an operation's reserve
 * for its own gradient. They count as scalars.
 */
const RESERVE_OUTPUTS: Readonly<Record<string, number>> = { FusedBatchNormV3: 5 };

/** What stands behind an id in the graph. */
interface Recorded {
  readonly output: Output;
  readonly shape: number[];
  readonly dtype: number;
  /** Whether its value depends on a variable that the step itself created. */
  readonly dependsOnNew: boolean;
}

/** An input of the function that is being recorded: `Source` says what it stands for. */
interface Placeholder<Source> {
  readonly output: Output;
  readonly source: Source;
  used: boolean;
}

/** A function in TensorFlow's context. */
export interface RecordedFunction<Source> {
  readonly name: string;
  /** What its inputs stand for, in order. */
  readonly sources: Source[];
  readonly outputs: { readonly shape: number[]; readonly dtype: number }[];
}

/** Ids are never used twice, so that one of an earlier recording is known to be foreign. */
let nextId = -2;
let nextFunction = 0;

/** Records operations. */
export class Recorder<Source> implements Binding {
  readonly #eager: EagerBinding;
  readonly #graph: Graph;
  readonly #hold: (handle: Deno.PointerValue) => Source;
  readonly #recorded = new Map<number, Recorded>();
  readonly #placeholders = new Map<number, Placeholder<Source>>();
  readonly #declared = new Map<number, Source>();

  /**
   * @param hold takes ownership of a handle, and returns the source by which the function receives
   *   it
   */
  constructor(eager: EagerBinding, hold: (handle: Deno.PointerValue) => Source) {
    this.#eager = eager;
    this.#graph = new Graph(eager.library, eager.status);
    this.#hold = hold;
  }

  /**
   * A new input of the function. Every variable and every input gets its own, whatever memory they
   * share: by shared memory, one model's variables would be mistaken for another's.
   *
   * @param dependsOnNew whether it stands for a variable that the step itself created
   */
  placeholder(
    shape: readonly number[],
    dtype: number,
    source: Source,
    dependsOnNew = false,
  ): TensorMetadata {
    const output = this.#graph.placeholder(shape, dtype);
    const metadata = this.#publish({ output, shape: [...shape], dtype, dependsOnNew });
    this.#placeholders.set(metadata.id, { output, source, used: false });
    return metadata;
  }

  /** From now on, this tensor from outside is not a constant but an input of the function. */
  declare(id: number, source: Source): void {
    if (id >= 0) this.#declared.set(id, source);
  }

  /**
   * Brings tensors into the graph while they exist: the step's own are disposed of once it has run.
   */
  keep(ids: readonly number[]): void {
    ids.forEach((id) => this.#use(id));
  }

  /** Whether a recorded value depends on a variable that the step itself created. */
  dependsOnNew(id: number): boolean {
    return this.#recorded.get(id)?.dependsOnNew ?? false;
  }

  createTensor(shape: number[], dtype: number, values: Values): number {
    return this.#eager.createTensor(shape, dtype, values);
  }

  deleteTensor(id: number): void {
    this.#eager.deleteTensor(id);
  }

  tensorDataSync(id: number): ReadValues {
    if (id >= 0) return this.#eager.tensorDataSync(id);
    throw readingError();
  }

  executeOp(
    name: string,
    attributes: OperationAttribute[],
    inputs: number[],
    outputCount: number,
  ): TensorMetadata[] {
    if (STATEFUL_RANDOM.test(name)) throw randomError(`TensorFlow's ${name}`);
    const operands = inputs.map((id) => this.#use(id));
    const dependsOnNew = operands.some((operand) => operand.dependsOnNew);
    return this.#graph
      .operation(name, attributes, operands.map(({ output }) => output), outputCount)
      .map((output, i) => {
        const isReserve = RESERVE_OUTPUTS[name] === i;
        return this.#publish(this.#describe(name, output, dependsOnNew, isReserve));
      });
  }

  runAfter(id: number, after: number): TensorMetadata {
    const { output, shape, dtype, dependsOnNew } = this.#use(id);
    const type = { name: "T", type: ATTRIBUTE.TYPE, value: dtype };
    const control = this.#use(after);
    const [same] = this.#graph.operation("Identity", [type], [output], 1, [control.output]);
    return this.#publish({
      output: same as Output,
      shape,
      dtype,
      dependsOnNew: dependsOnNew || control.dependsOnNew,
    });
  }

  /**
   * Lets what was recorded run in an order that saves memory, see {@linkcode Graph.order}.
   *
   * @param outputs ids of all that the functions to come return
   */
  order(outputs: readonly number[]): void {
    this.#graph.order(outputs.map((id) => this.#use(id).output));
  }

  /**
   * Makes a function of what was recorded, in TensorFlow's context.
   *
   * @param outputs ids of what it returns
   * @param include which of its possible inputs it takes; others must not matter to the outputs.
   *   Without, it is the whole step, with what that does beside its outputs
   */
  toFunction(
    outputs: readonly number[],
    include?: (source: Source) => boolean,
  ): RecordedFunction<Source> {
    const results = outputs.map((id) => this.#use(id));
    const inputs = [...this.#placeholders.values()]
      .filter(({ used, source }) => used && (include?.(source) ?? true));
    const name = `captured_step_${nextFunction++}`;
    this.#graph.addFunction(
      this.#eager.context,
      name,
      inputs.map(({ output }) => output),
      results.map(({ output }) => output),
      include === undefined,
    );
    return {
      name,
      sources: inputs.map(({ source }) => source),
      outputs: results.map(({ shape, dtype }) => ({ shape, dtype })),
    };
  }

  /** Frees the graph. Functions made from it remain. */
  dispose(): void {
    this.#graph.dispose();
  }

  #use(id: number): Recorded {
    const recorded = this.#recorded.get(id) ?? this.#import(id);
    const placeholder = this.#placeholders.get(id);
    if (placeholder !== undefined) placeholder.used = true;
    return recorded;
  }

  /** Brings a tensor with values into the graph. */
  #import(id: number): Recorded {
    const handle = this.#eager.handle(id);
    const { shape, dtype } = this.#eager.inspect(handle);
    const declared = this.#declared.get(id);
    const size = shape.reduce((a, b) => a * b, 1);
    let recorded: Recorded;
    if (declared === undefined && size <= CONSTANT_ELEMENTS && dtype !== TF.RESOURCE) {
      recorded = { output: this.#constant(handle, dtype), shape, dtype, dependsOnNew: false };
    } else {
      const source = declared ?? this.#hold(this.#eager.share(handle));
      recorded = this.#use(this.placeholder(shape, dtype, source).id);
    }
    this.#recorded.set(id, recorded);
    return recorded;
  }

  #constant(handle: Deno.PointerValue, dtype: number): Output {
    const { library, status } = this.#eager;
    const tensor = library.TFE_TensorHandleResolve(handle, status.pointer);
    status.check("TFE_TensorHandleResolve");
    try {
      return this.#graph.constant(tensor, dtype);
    } finally {
      library.TF_DeleteTensor(tensor);
    }
  }

  #describe(name: string, output: Output, dependsOnNew: boolean, isReserve = false): Recorded {
    const { shape = isReserve ? [] : undefined, dtype } = this.#graph.typeOf(output);
    const target = CAST_OUTPUT.get(dtype);
    if (target !== undefined) {
      const cast = this.#graph.operation("Cast", castAttributes(dtype, target), [output], 1);
      return this.#describe(name, cast[0] as Output, dependsOnNew);
    }
    if (shape?.every((size) => size >= 0)) return { output, shape, dtype, dependsOnNew };
    throw shapeError(name);
  }

  #publish(recorded: Recorded): TensorMetadata {
    const id = nextId--;
    this.#recorded.set(id, recorded);
    return { id, shape: recorded.shape, dtype: recorded.dtype };
  }
}
