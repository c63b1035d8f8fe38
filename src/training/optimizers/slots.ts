import * as tf from "../../tf.ts";
import { checkRestored, type NamedTensor, type SlotForm } from "./optimizer_arguments.ts";

/** A kind of number that an optimizer keeps of each weight. */
export interface SlotKind {
  /** The name in checkpoints. */
  name: string;
  /** What errors call one. */
  noun: string;
  /** Whether it is one number, and not one for each of the weight's. */
  isScalar?: boolean;
}

/** What an optimizer keeps of each weight, all of it zeros before the first step. */
export class Slots {
  readonly #kinds: readonly SlotKind[];
  /** By the names of the weights, in the order of the kinds. */
  readonly #byWeight = new Map<string, tf.Variable[]>();
  /** By kind, in the order of the weights to come. */
  #restored: NamedTensor[][];

  /**
   * @param kinds what is kept; nothing where there are none
   * @param nouns what errors call all of it
   */
  constructor(kinds: readonly SlotKind[], private readonly nouns: string) {
    this.#kinds = kinds;
    this.#restored = kinds.map(() => []);
  }

  /**
   * Creates what is kept of weights of which nothing is yet.
   *
   * @param weights all that will be updated; their order is that of checkpoints
   * @throws {TypeError} if what was restored does not fit them; nothing is created then
   */
  build(weights: readonly tf.Variable[]): void {
    if (this.#kinds.length === 0) return;
    const missing = weights.filter(({ name }) => !this.#byWeight.has(name));
    const restored = this.#restored.flat();
    if (restored.length > 0) checkRestored(restored, this.#forms(missing), this.nouns);
    missing.forEach((weight) => this.of(weight));
  }

  /** What is kept of a weight, in the order of the kinds. */
  of(weight: tf.Variable): readonly tf.Variable[] {
    const kept = this.#byWeight.get(weight.name) ?? this.#initial(weight);
    this.#byWeight.set(weight.name, kept);
    return kept;
  }

  /** All of it by kind: what is kept, then what was restored and is nobody's yet. */
  named(): NamedTensor[] {
    const ofWeights = [...this.#byWeight];
    return this.#kinds.flatMap(({ name: kind }, k) => [
      ...ofWeights.map(([name, kept]) => ({ name: `${name}/${kind}`, tensor: kept[k]! })),
      ...this.#restored[k]!,
    ]);
  }

  /**
   * Throws where restored tensors cannot be those of the weights that are known.
   *
   * @throws {TypeError} if number or shapes differ
   */
  checkFit(tensors: readonly NamedTensor[]): void {
    const isKnown = this.#byWeight.size > 0 || this.#kinds.length === 0;
    if (!isKnown && tensors.length % this.#kinds.length === 0) return;
    const built = Array.from(this.#byWeight, ([name, kept]) => ({ name, kept }));
    const forms = this.#kinds.flatMap(({ noun }, k) =>
      built.map(({ name, kept }) => ({ name, noun, shape: kept[k]!.shape }))
    );
    checkRestored(tensors, forms, this.nouns);
  }

  /**
   * Takes what {@linkcode named} gave; it stays the caller's.
   *
   * @param tensors after {@linkcode checkFit}
   */
  restore(tensors: readonly NamedTensor[]): void {
    const count = tensors.length / Math.max(1, this.#kinds.length);
    const lists = this.#kinds.map((_, k) => tensors.slice(k * count, (k + 1) * count));
    if (this.#byWeight.size > 0) {
      const kept = [...this.#byWeight.values()];
      lists.forEach((list, k) => list.forEach(({ tensor }, i) => kept[i]![k]!.assign(tensor)));
      return;
    }
    this.#forgetRestored();
    this.#restored = lists.map((list) =>
      list.map(({ name, tensor }) => ({ name, tensor: tf.keep(tf.clone(tensor)) }))
    );
  }

  /** Frees all of it. */
  dispose(): void {
    tf.dispose([...this.#byWeight.values()].flat());
    this.#byWeight.clear();
    this.#forgetRestored();
  }

  #initial(weight: tf.Variable): tf.Variable[] {
    const restored = this.#restored.map(([first]) => first);
    if (restored[0] === undefined) {
      return this.#kinds.map(({ isScalar }) =>
        tf.tidy(() => tf.variable(isScalar ? tf.scalar(0) : tf.zerosLike(weight), false))
      );
    }
    const next = restored as NamedTensor[];
    checkRestored(next, this.#forms([weight]), this.nouns);
    this.#restored.forEach((list) => list.shift());
    return next.map(({ tensor }) => {
      const kept = tf.variable(tensor, false);
      tensor.dispose();
      return kept;
    });
  }

  #forms(weights: readonly tf.Variable[]): SlotForm[] {
    return this.#kinds.flatMap(({ isScalar, noun }) =>
      weights.map(({ name, shape }) => ({ name, noun, shape: isScalar ? [] : shape }))
    );
  }

  #forgetRestored(): void {
    tf.dispose(this.#restored.flat().map(({ tensor }) => tensor));
    this.#restored = this.#kinds.map(() => []);
  }
}
