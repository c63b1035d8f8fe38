/**
 * Threads that crash: preloaded by a run, whose loader's threads then end, with or without an error.
 *
 * @module
 */
import { Worker } from "node:worker_threads";

/** What is said on stderr when a thread is made to crash, so that whoever breaks a run knows that it did. */
export const crashed = "preload: a thread crashes";

/** At the n-th message to any thread that thread ends: silently, or with an error. */
export function crashWorkers(message: number, silently: boolean): void {
  const post = Worker.prototype.postMessage;
  let left = message;
  Worker.prototype.postMessage = function (this: Worker, ...args: Parameters<typeof post>) {
    post.apply(this, args);
    if (--left !== 0) return;
    console.error(crashed);
    this.terminate();
    if (!silently) this.emit("error", new Error("the thread crashed"));
  };
}

/** The text of a module that makes a run's thread crash. */
export function crashModule(message: number, silently: boolean): string {
  return `import { crashWorkers } from ${JSON.stringify(import.meta.url)};\n` +
    `crashWorkers(${message}, ${silently});\n`;
}
