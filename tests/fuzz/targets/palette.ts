/** Palettes of one's own. */
import { join } from "node:path";
import { readPalette } from "../../../datasets/masks/palette_file.ts";
import { complaintOf } from "../complaints.ts";
import { lists } from "../mutate/texts.ts";
import type { Target } from "../target.ts";

export async function start(): Promise<Target> {
  const file = join(await Deno.makeTempDir({ prefix: "fuzz-palette-" }), "palette.txt");
  const lines = [
    "128 64 128 road",
    "0,0,0 void",
    "244\t35\t232\tside walk",
    "# colours",
    "1 2 3 Ignored",
    "255 255 255 sky",
  ];
  return {
    cases: lists({
      lines: [
        ...lines,
        "256 0 0 red",
        "1 2 road",
        "-1 0 0 x",
        "1.5 2 3 x",
        "007 8 9 x",
        "1 2 3 __proto__",
      ],
      seeds: [lines.join("\n")],
      words: ["255", ",", " ", "999999999999999999999"],
    }),
    async read(bytes) {
      await Deno.writeFile(file, bytes);
      const { coding, classNames } = await readPalette(file);
      const isRight = coding.palette.every(([r, g, b, label]) =>
        [r, g, b].every((value) => Number.isInteger(value) && value >= 0 && value <= 255) &&
        Number.isInteger(label) && label >= -1 && label < classNames.length
      );
      if (!isRight) throw new Error("a colour that is none");
      return JSON.stringify(classNames);
    },
    complaint: (error) => complaintOf(error, ["DataError"], file),
  };
}
