import { csvText, type Field } from "../report/csv_text.ts";
import type { ReportFile } from "../report/document_files.ts";
import { type Checked, classRows } from "./document.ts";
import { sizesOf } from "./seen.ts";

/** What a check has found, for programs: all of it. */
export function checkTables(checked: Checked): ReportFile[] {
  const { parts, findings } = checked;
  return [
    {
      path: "classes.csv",
      content: csvText(
        [
          "class",
          ...parts.flatMap(({ name }) =>
            ["images", "image_share", "pixel_share"].map((column) => `${name}_${column}`)
          ),
        ],
        classRows(checked).map(({ name, parts }): Field[] => [
          name,
          ...parts.flatMap((
            { images, imageShare, pixelShare },
          ) => [images, imageShare, pixelShare ?? NaN]),
        ]),
      ),
    },
    {
      path: "sizes.csv",
      content: csvText(["size", "images"], sizesOf(parts)),
    },
    {
      path: "findings.csv",
      content: csvText(
        ["level", "code", "message", "advice", "item"],
        findings.flatMap(({ level, code, message, advice, items }): Field[][] =>
          (items.length === 0 ? [""] : items).map((item) => [level, code, message, advice, item])
        ),
      ),
    },
  ];
}
