import assert from "node:assert/strict";
import { join } from "node:path";
import { listImages } from "../../../benchmarks/predict/images.ts";
import { put, withFolder } from "../../datasets/files.ts";

Deno.test("listImages() takes the pictures of a folder and below, and leaves out what is hidden", () =>
  withFolder(async (dir) => {
    const others = [".hidden.png", "a/.cut.jpg", "a/list.txt", "b/thumbs.db"];
    for (const path of ["b.PNG", "a/c.jpg", "a/b/d.jpeg", ...others]) await put(dir, path, "");
    const found = await listImages([dir]);
    assert.deepEqual(found.map(({ name, file }) => [name, file.slice(dir.length + 1)]), [
      ["a/b/d", "a/b/d.jpeg"],
      ["a/c", "a/c.jpg"],
      ["b", "b.PNG"],
    ]);
    const single = await listImages([join(dir, "a/c.jpg"), join(dir, "b.PNG")]);
    assert.deepEqual(single.map(({ name }) => name), ["c", "b"]);
  }));

Deno.test("listImages() names the place of a picture that it cannot use", () =>
  withFolder(async (dir) => {
    await put(dir, "a/b.gif", "");
    const message = `Cannot use ${join(dir, "a/b.gif")} as it is a GIF, `;
    for (const path of [dir, join(dir, "a/b.gif")]) {
      await assert.rejects(listImages([path]), (error: Error) => error.message.startsWith(message));
    }
    await put(dir, "hidden/.c.png", "");
    for (const path of ["hidden", "hidden/.c.png"]) {
      await assert.rejects(listImages([join(dir, path)]), { name: "DataError" });
    }
  }));
