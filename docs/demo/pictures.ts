/**
 * The user's pictures: classes of files, and their pixels.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { models } from "../../mod.ts";
import { byId, say } from "./page.ts";

/** A class and its pictures. */
export interface Class {
  /** Its name. */
  readonly name: string;
  /** Its pictures' files. */
  readonly files: readonly File[];
}

/** Endings of names that are pictures, where the browser knows no type of a folder's file. */
const endings = /\.(jpe?g|png|webp|avif|gif|bmp)$/i;

/** Pictures of a folder's rows, which no input holds. */
const ofFolders = new WeakMap<Element, File[]>();

const rows = () => [...byId("classes").querySelectorAll<HTMLElement>(".class")];

function filesOf(row: HTMLElement): File[] {
  const { files } = row.querySelector<HTMLInputElement>(".files")!;
  return files !== null && files.length > 0 ? [...files] : ofFolders.get(row) ?? [];
}

/** Adds a class to the list. */
function addClass(name: string, files?: File[]): HTMLElement {
  const template = byId<HTMLTemplateElement>("class-row");
  const row = (template.content.cloneNode(true) as DocumentFragment).querySelector<HTMLElement>(
    ".class",
  )!;
  const field = row.querySelector<HTMLInputElement>(".name")!;
  field.value = name;
  field.addEventListener("input", () => nameParts(row));
  if (files !== undefined) ofFolders.set(row, files);
  row.querySelector(".files")!.addEventListener("change", tell);
  row.querySelector(".remove")!.addEventListener("click", () => {
    row.remove();
    tell();
    byId("add-class").focus();
  });
  nameParts(row);
  byId("classes").append(row);
  return row;
}

/** Tells apart what is in each row, for those who don't see the row. */
function nameParts(row: HTMLElement): void {
  const { value } = row.querySelector<HTMLInputElement>(".name")!;
  row.querySelector(".files")!.setAttribute("aria-label", `Pictures of ${value}`);
  row.querySelector(".remove")!.setAttribute("aria-label", `Remove ${value}`);
}

/** Takes the classes from a folder of folders. */
function takeFolder(files: FileList): void {
  const classes = new Map<string, File[]>();
  // Browsers list a folder in any order, and which pictures are held out goes by it.
  const sorted = [...files].sort((a, b) =>
    a.webkitRelativePath.localeCompare(b.webkitRelativePath, "en", { numeric: true })
  );
  for (const file of sorted) {
    const [, name, ...rest] = file.webkitRelativePath.split("/");
    const isPicture = file.type.startsWith("image/") || endings.test(file.name);
    if (name === undefined || rest.length === 0 || !isPicture) continue;
    classes.set(name, [...classes.get(name) ?? [], file]);
  }
  byId("classes").replaceChildren();
  for (const name of [...classes.keys()].sort()) addClass(name, classes.get(name)!);
  tell();
  if (classes.size < 2) {
    const found = classes.size === 0 ? "no folder with pictures" : "one folder with pictures";
    say(
      "pictures-status",
      `The folder has ${found} in it: choose one that has a folder for each class.`,
    );
  }
}

/** Says how many pictures there are. */
function tell(): void {
  let total = 0;
  for (const row of rows()) {
    const { length } = filesOf(row);
    row.querySelector(".count")!.textContent = counted(length);
    total += length;
  }
  say("pictures-status", `${counted(total)} in ${rows().length} classes.`);
}

function counted(pictures: number): string {
  return pictures === 1 ? "1 picture" : `${pictures} pictures`;
}

/** Prepares the section. */
export function startPictures(): void {
  addClass("first");
  addClass("second");
  tell();
  byId("add-class").addEventListener("click", () => {
    addClass(`class ${rows().length + 1}`).querySelector<HTMLInputElement>(".name")!.focus();
    tell();
  });
  byId("folder").addEventListener("change", ({ target }) => {
    const { files } = target as HTMLInputElement;
    if (files !== null && files.length > 0) takeFolder(files);
  });
}

/**
 * The classes, as they were chosen.
 *
 * @returns two or more
 * @throws {Error} if there are fewer, one has no pictures, or two have one name
 */
export function chosenClasses(): Class[] {
  const classes = rows().map((row) => ({
    name: row.querySelector<HTMLInputElement>(".name")!.value.trim(),
    files: filesOf(row),
  }));
  if (classes.length < 2) throw new Error("Two classes or more are needed: add one in step 2.");
  for (const { name, files } of classes) {
    if (name === "") throw new Error("A class has no name: give it one in step 2.");
    if (files.length === 0) {
      throw new Error(`The class ${name} has no pictures: choose some, or remove it, in step 2.`);
    }
  }
  if (new Set(classes.map(({ name }) => name)).size < classes.length) {
    throw new Error("Two classes have one name: give each one of its own in step 2.");
  }
  return classes;
}

/** Pixels of a picture at most: decoded they take four bytes each. */
const mostPixels = 50_000_000;

/**
 * A picture's pixels, as the browser shows it, upright.
 *
 * @param file the picture
 * @returns its pixels
 * @throws {Error} if the browser cannot read it
 */
export async function pixelsOf(file: File): Promise<models.Pixels> {
  let bitmap: ImageBitmap;
  try {
    // Colours as they are stored: the network was trained on pictures that nobody had converted.
    bitmap = await createImageBitmap(file, {
      premultiplyAlpha: "none",
      colorSpaceConversion: "none",
    });
  } catch {
    throw new Error(
      `This browser cannot read ${file.name} as a picture: take it out, or save it as JPEG or PNG.`,
    );
  }
  const { width, height } = bitmap;
  try {
    if (width * height > mostPixels) {
      throw new Error(`${file.name} has ${width} × ${height} pixels: scale it down first.`);
    }
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d", { willReadFrequently: true })!;
    context.drawImage(bitmap, 0, 0);
    return context.getImageData(0, 0, width, height);
  } finally {
    bitmap.close();
  }
}
