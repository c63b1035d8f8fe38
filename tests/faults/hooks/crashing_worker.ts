/**
 * Threads that crash: preloaded by a run, whose loader's workers then end with an error of nobody's.
 *
 * @module
 */

/** Replaces `Worker` by one of which each ends with an error when it is given its n-th message. */
export function crashWorkers(message: number): void {
  const RealWorker = Worker;
  globalThis.Worker = class extends RealWorker {
    constructor(url: string | URL, options?: WorkerOptions) {
      const text = `import ${JSON.stringify(String(url))};
        let left = ${message};
        self.addEventListener("message", () => {
          if (--left === 0) setTimeout(() => { throw new Error("the thread crashed"); });
        });`;
      super(`data:text/javascript,${encodeURIComponent(text)}`, options);
    }
  };
}

/** The text of a module that makes a run's threads crash. */
export function crashModule(message: number): string {
  return `import { crashWorkers } from ${
    JSON.stringify(import.meta.url)
  };\ncrashWorkers(${message});\n`;
}
