/**
 * The same step elsewhere. PyTorch runs it in three forms, as its users do: as it comes, channels
 * first; with weights and images in its `channels_last` format, which is faster on many processors;
 * and compiled (`torch.compile`) in that format, which wants a C++ compiler. A comparison is with the
 * fastest of them.
 *
 * @module
 */
import type { Subject } from "./subjects.ts";

/** PyTorch's plain step. */
export const pytorch = "pytorch";

type Form = NonNullable<Subject["form"]> | undefined;

const forms: readonly Form[] = [undefined, "channels-last", "compiled"];

/** How tables call a form. */
function formName(form: Form): string {
  if (form === undefined) return "PyTorch eager";
  return form === "compiled" ? "PyTorch compiled, channels last" : "PyTorch eager, channels last";
}

function torchForms(
  name: string,
  what: string,
  facts: Pick<Subject, "work" | "kernels">,
  ...comparedTo: string[]
): Subject[] {
  return forms.map((form) => {
    const suffix = form === undefined ? "" : `-${form}`;
    return {
      name: name + suffix,
      label: `${formName(form)}: ${what}`,
      engine: "pytorch",
      mode: form === "compiled" ? "captured" : "eager",
      ...facts,
      ...(form !== undefined && { form }),
      program: "torch_step.py",
      comparedTo: comparedTo.map((other) => other + suffix),
    };
  });
}

const keras = {
  engine: "keras",
  mode: "captured",
  kernels: "plain",
  program: "keras_step.py",
  comparedTo: [],
} as const;

/** Peers' subjects, each of PyTorch's in its three forms. */
export const peers: readonly Subject[] = [
  ...torchForms(pytorch, "plain", { work: "train", kernels: "plain" }),
  ...torchForms(
    "pytorch-composer",
    "Composer's WS",
    { work: "train", kernels: "composer" },
    pytorch,
  ),
  ...torchForms(
    "pytorch-timm",
    "timm's StdConv2d",
    { work: "train", kernels: "timm" },
    pytorch,
  ),
  { ...keras, name: "keras", label: "Keras tf.function: plain", work: "train", comparedTo: [] },
  ...torchForms("pytorch-infer", "inference, plain", { work: "infer", kernels: "plain" }),
  {
    ...keras,
    name: "keras-infer",
    label: "Keras tf.function: inference, plain",
    work: "infer",
    comparedTo: [],
  },
];
