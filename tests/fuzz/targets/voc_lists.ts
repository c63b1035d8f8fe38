/** PASCAL VOC's lists of images. */
import { join } from "node:path";
import { readLists } from "../../../datasets/voc/lists.ts";
import { complaintOf } from "../complaints.ts";
import { lists } from "../mutate/texts.ts";
import type { Target } from "../target.ts";

export async function start(): Promise<Target> {
  const root = await Deno.makeTempDir({ prefix: "fuzz-voc-" });
  const folder = join(root, "ImageSets/Segmentation");
  await Deno.mkdir(folder, { recursive: true });
  const names = ["2007_000032", "2007_000033", "a"];
  const paths = [
    "/JPEGImages/a.jpg /SegmentationClassAug/a.png",
    "JPEGImages/b.jpg SegmentationClass/b.png",
  ];
  return {
    cases: lists({
      lines: [
        ...names,
        ...paths,
        "VOC2012/JPEGImages/c.jpg VOC2012/SegmentationClass/c.png",
        "a 1",
        "JPEGImages/a.jpg SegmentationClass/b.png",
      ],
      seeds: [names.join("\n"), paths.join("\n")],
    }),
    async read(bytes) {
      await Deno.writeFile(join(folder, "train.txt"), bytes);
      return JSON.stringify(await readLists(root, "train"));
    },
    complaint: (error) => complaintOf(error, ["DataError"], join(folder, "train.txt")),
  };
}
