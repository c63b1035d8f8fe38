import type { ClassifiedDataset } from "../../datasets/classified.ts";
import { counted } from "../ground/format.ts";
import type { Finding } from "./findings.ts";
import { countPictures, type SeenPart } from "./seen.ts";

/** What is wrong or odd about the classes of pictures. */
export function pictureFindings(
  { classes, classNames, training, validation }: ClassifiedDataset,
  parts: readonly SeenPart[],
): Finding[] {
  const [trained, held] = parts.map((part) => countPictures(part, classes).images);
  const namesWith = (holds: (label: number) => boolean) =>
    classNames.filter((_, label) => holds(label));
  const unevaluated = validation.length === 0
    ? []
    : namesWith((label) => held![label] === 0 && trained![label]! > 0);
  const turned = orientedNames(parts);
  return [
    ...(classes >= 2 ? [] : [{
      level: "wrong" as const,
      code: "one-class",
      message: classes === 1 ? "There is 1 class, and 2 or more are wanted" : "There is no class",
      advice: "Put each picture into the folder of its class",
      items: [],
    }]),
    ...(unevaluated.length === 0 ? [] : [{
      level: "odd" as const,
      code: "training-only-classes",
      message: `${unevaluated.length} of ${classes} classes have no validation picture`,
      advice: "What is not shown is not scored: hold out pictures of every class",
      items: unevaluated,
    }]),
    ...(turned.length === 0 ? [] : [{
      level: "odd" as const,
      code: "exif-orientation",
      message: `${counted(turned.length, "picture")} of ${
        training.length + validation.length
      } have an EXIF orientation, which is not applied`,
      advice: "They are trained on as they are stored, as viewers don't show them. In Python, " +
        "ImageOps.exif_transpose(Image.open(f)) turns one for good",
      items: turned,
    }]),
  ];
}

function orientedNames(parts: readonly SeenPart[]): string[] {
  return parts.flatMap(({ inspection, entry }) =>
    Array.from({ length: inspection.length }, (_, i) => i).flatMap((i) => {
      const { orientation } = inspection.row(i);
      return orientation > 1 ? [`${entry(i).name}: ${orientation}`] : [];
    })
  );
}
