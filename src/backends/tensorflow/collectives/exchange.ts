/**
 * Bytes from every worker to every worker, outside of steps.
 *
 * @module
 */
import {
  ATTRIBUTE,
  cString,
  eagerAttributeSetter,
  type OperationAttribute,
} from "../attributes.ts";
import type { EagerBinding } from "../eager_binding.ts";
import { TF } from "../dtypes.ts";

/** The number of the group of all workers' processors: values need not go through GPUs. */
const GROUP_KEY = 2;

/** Exchanges have numbers of their own, above those of sums in steps. */
const FIRST_KEY = 2 ** 30;

const OPERATION = "CollectiveGatherV2";

/** What workers tell each other, one message after the other. */
export class Exchange {
  readonly #eager: EagerBinding;
  readonly #size: number;
  readonly #timeoutSeconds: number;
  #last: Promise<unknown> = Promise.resolve();
  #key = FIRST_KEY;

  /**
   * @param eager runs operations
   * @param size how many workers there are
   * @param timeoutSeconds how long to wait for others; 0 for ever
   */
  constructor(eager: EagerBinding, size: number, timeoutSeconds: number) {
    this.#eager = eager;
    this.#size = size;
    this.#timeoutSeconds = timeoutSeconds;
  }

  /** Every worker's bytes, by rank: first how many each has, then all, filled up to the longest. */
  run(bytes: Uint8Array): Promise<Uint8Array[]> {
    const own = bytes.slice(); // the caller's may change meanwhile
    const result = this.#last.then(() => this.#run(own));
    this.#last = result.catch(() => {}); // the caller gets the error
    return result;
  }

  async #run(bytes: Uint8Array): Promise<Uint8Array[]> {
    const lengths = await this.#gather(Int32Array.of(bytes.length));
    const words = Math.ceil(Math.max(...lengths) / 4);
    if (words === 0) return Array.from(lengths, () => new Uint8Array());
    const filled = new Int32Array(words);
    new Uint8Array(filled.buffer).set(bytes);
    const all = new Uint8Array((await this.#gather(filled)).buffer);
    return Array.from(lengths, (length, i) => all.slice(4 * words * i, 4 * words * i + length));
  }

  /** Every worker's words, which are equally many, one after the other. */
  async #gather(words: Int32Array): Promise<Int32Array> {
    const { library, context, status } = this.#eager;
    const key = this.#key++, ids: number[] = [];
    const make = (shape: number[], values: Int32Array) =>
      ids.push(this.#eager.createTensor(shape, TF.INT32, values));
    const operation = library.TFE_NewOp(context, cString(OPERATION), status.pointer);
    status.check(OPERATION);
    try {
      const device = this.#eager.devices.find(({ type }) => type === "CPU")!.name;
      library.TFE_OpSetDevice(operation, cString(device), status.pointer);
      status.check(OPERATION);
      make([words.length], words);
      [this.#size, GROUP_KEY, key].forEach((number) => make([], Int32Array.of(number)));
      for (const id of ids) {
        library.TFE_OpAddInput(operation, this.#eager.handle(id), status.pointer);
        status.check(OPERATION);
      }
      const set = eagerAttributeSetter(library);
      this.#attributes().forEach((attribute) => set(operation, attribute));
      const [handle = null] = await this.#eager.executeApart(operation, OPERATION, 1);
      const id = this.#eager.adopt(handle);
      ids.push(id);
      return this.#eager.tensorDataSync(id) as Int32Array;
    } finally {
      ids.forEach((id) => this.#eager.deleteTensor(id));
      library.TFE_DeleteOp(operation);
    }
  }

  #attributes(): OperationAttribute[] {
    return [
      { name: "T", type: ATTRIBUTE.TYPE, value: TF.INT32 },
      { name: "communication_hint", type: ATTRIBUTE.STRING, value: "ring" },
      { name: "timeout_seconds", type: ATTRIBUTE.FLOAT, value: this.#timeoutSeconds },
      { name: "Nordering_token", type: ATTRIBUTE.INT, value: 0 },
    ];
  }
}
