/**
 * TensorFlow's context while it is in use: who has it, and what must be gone before it.
 *
 * @module
 */
import type { DeviceOptions } from "./config.ts";
import { createContext, type Device, listDevices } from "./context.ts";
import { disposedBackendError, readString, Status } from "./status.ts";
import type { TensorFlowLibrary } from "./symbols.ts";

/** What was made in a context, and must be gone before it. */
export interface Owned {
  /** Frees it; again, does nothing. */
  dispose(): void;
}

/** A context and its status, which it owns, and what was made in it. */
export abstract class EagerContext {
  readonly library: TensorFlowLibrary;
  readonly status: Status;
  readonly version: string;
  readonly #context: Deno.PointerValue;
  readonly #owned = new Set<Owned>();
  #devices: readonly Device[] = [];
  #disposed = false;
  /** How many operations are running on threads of their own. */
  #apart = 0;
  /** How many other calls on threads of their own have the context. */
  #borrowed = 0;

  constructor(library: TensorFlowLibrary, options: DeviceOptions) {
    this.library = library;
    this.status = new Status(library);
    this.#context = createContext(library, this.status, options);
    this.refreshDevices();
    this.version = readString(library.TF_Version());
  }

  /** The context's devices. */
  get devices(): readonly Device[] {
    return this.#devices;
  }

  /** Asks for the devices' names again, which change when the context joins a cluster. */
  refreshDevices(): void {
    this.#devices = listDevices(this.library, this.status, this.#context);
  }

  /** Whether the context is gone, and with it whatever was in it. */
  get disposed(): boolean {
    return this.#disposed;
  }

  /**
   * The `TFE_Context`.
   *
   * @throws {Error} once it is gone
   */
  get context(): Deno.PointerValue {
    this.checkThere();
    return this.#context;
  }

  /** From now on `dispose` disposes of this, too, before the context that it was made in. */
  own(owned: Owned): void {
    this.checkThere();
    this.#owned.add(owned);
  }

  /** `dispose` no longer knows this: it is gone. */
  disown(owned: Owned): void {
    this.#owned.delete(owned);
  }

  /**
   * Runs a prepared operation on a thread of its own, so that the event loop lives meanwhile, and returns
   * its outputs' handles, which the caller owns.
   * The operation must not be touched until it has ended.
   */
  async executeApart(
    operation: Deno.PointerValue,
    name: string,
    outputCount: number,
  ): Promise<Deno.PointerValue[]> {
    // Of its own, all of them: other operations run meanwhile.
    const outputs = new BigUint64Array(outputCount), count = Int32Array.of(outputCount);
    const status = new Status(this.library);
    this.#apart++;
    try {
      await this.library.executeApart(operation, outputs, count, status.pointer);
      status.check(name);
      return Array.from(outputs.subarray(0, count[0]), (each) => Deno.UnsafePointer.create(each));
    } finally {
      this.#apart--;
      status.dispose();
    }
  }

  /**
   * Lends the context to a call on a thread of its own, which may end after this has been disposed of: the
   * context then goes with it.
   *
   * @param call gets the context
   * @returns what it returns
   * @throws {Error} once the context is gone
   */
  async withContext<T>(call: (context: Deno.PointerValue) => Promise<T>): Promise<T> {
    const { context } = this;
    this.#borrowed++;
    try {
      return await call(context);
    } finally {
      this.#borrowed--;
      if (this.#disposed) this.#deleteContext();
    }
  }

  #deleteContext(): void {
    if (this.#borrowed === 0) this.library.TFE_DeleteContext(this.#context);
  }

  /** Frees everything. Ids and captured functions are invalid afterwards. */
  dispose(): void {
    if (this.#disposed) return;
    if (this.#apart > 0) {
      throw new Error("Cannot dispose of the tensorflow backend as a step must not be running");
    }
    for (const owned of [...this.#owned]) owned.dispose();
    this.disposeContents();
    this.#deleteContext();
    this.status.dispose();
    this.#disposed = true;
  }

  /** Frees what is in the context, but for what it owns. */
  protected abstract disposeContents(): void;

  /** Throws once the context is gone. */
  protected checkThere(): void {
    if (this.#disposed) throw disposedBackendError();
  }
}
