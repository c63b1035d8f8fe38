/**
 * The page's elements, messages and errors.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** An element of the page by its id. */
export function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`Cannot find #${id} in the page`);
  return element as E;
}

/** A field of the page by its id. */
export const input = (id: string): HTMLInputElement => byId<HTMLInputElement>(id);

/** Writes a message that screen readers say, too. */
export function say(id: string, text: string): void {
  byId(id).textContent = text;
}

let saidAt = 0;
let saidOf = "";

/** Writes one of many messages, not more often than a screen reader can say it. */
export function sayNowAndThen(id: string, text: string): void {
  const [of = ""] = text.split(/\d/, 1); // what it counts: another is said at once
  if (of === saidOf && performance.now() - saidAt < 2000) return;
  [saidOf, saidAt] = [of, performance.now()];
  say(id, text);
}

/** Hides a button; the focus, if it was there, goes to the one that it belongs to. */
export function hideButton(button: HTMLElement, next: HTMLElement): void {
  const hadFocus = document.activeElement === button;
  button.hidden = true;
  if (hadFocus) next.focus();
}

/** Shows how much is done, or hides the bar. */
export function progress(id: string, share: number | undefined): void {
  const bar = byId<HTMLProgressElement>(id);
  bar.hidden = share === undefined;
  bar.value = share ?? 0;
}

/** Lets the page draw itself, and take a click, between two computations. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

let isBusy = false;

/** Whether something is being done. */
export function isComputing(): boolean {
  return isBusy;
}

const wait = "Something is being computed: wait for it, or stop it, first.";

/**
 * Does what was asked for, unless something is being done already, and shows an error in its
 * section.
 *
 * @param section the section's id
 * @param action what is done
 */
export async function act(section: string, action: () => Promise<void>): Promise<void> {
  const alert = byId(section).querySelector<HTMLElement>(".alert")!;
  if (isBusy) return show(alert, wait);
  isBusy = true;
  alert.hidden = true;
  document.body.setAttribute("aria-busy", "true");
  try {
    await action();
  } catch (error) {
    show(alert, explain(error));
  } finally {
    isBusy = false;
    for (const said of document.querySelectorAll<HTMLElement>(".alert")) {
      if (said.textContent === wait) said.hidden = true;
    }
    document.body.removeAttribute("aria-busy");
  }
}

function show(alert: HTMLElement, text: string): void {
  alert.textContent = text;
  alert.hidden = false;
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return `${error}`;
  if (error.name === "AbortError") return "Stopped, as you asked.";
  return /out of memory|allocation|device (is|was) lost|Array buffer/i.test(error.message)
    ? `${error.message}\nThere is not enough memory: take smaller pictures, fewer pictures a step, ` +
      "or the head alone, and load the weights again."
    : error.message;
}

/** Keeps the page where it is when a file is dropped beside a frame: browsers open it otherwise. */
export function refuseOtherDrops(): void {
  for (const event of ["dragover", "drop"]) {
    addEventListener(event, (event) => {
      if (!(event.target instanceof HTMLInputElement)) event.preventDefault();
    });
  }
}

/** Lets a file be dropped on the frame of its input. */
export function takeDrops(frame: HTMLElement): void {
  const input = frame.querySelector("input")!;
  const mark = (isOver: boolean) => frame.classList.toggle("over", isOver);
  frame.addEventListener("dragover", (event) => {
    event.preventDefault();
    mark(true);
  });
  frame.addEventListener("dragleave", () => mark(false));
  frame.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    const files = event.dataTransfer?.files;
    if (files === undefined || files.length === 0 || input.disabled) return;
    input.files = files;
    input.dispatchEvent(new Event("change"));
  });
}

/** A file for the user to keep. */
export function download(name: string, parts: BlobPart[], type: string): void {
  const address = URL.createObjectURL(new Blob(parts, { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
