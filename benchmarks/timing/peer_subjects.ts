/**
 * The same step elsewhere. PyTorch runs it in three forms, as its users do: by default, channels
 * first; with weights and images in its `channels_last` format, which is faster on many processors;
 * and compiled (`torch.compile`) in that format, which needs a C++ compiler. Other subjects
 * are compared to the fastest of them.
 *
 * @module
 */
import { pytorch } from "../judge/timings/rows.ts";
import { normArms } from "./norm_arms.ts";
import type { Subject } from "./protocol.ts";

const forms: readonly [form: Subject["form"], label: string][] = [
  [undefined, "PyTorch eager"],
  ["channels-last", "PyTorch eager, channels last"],
  ["compiled", "PyTorch compiled, channels last"],
];

function torchForms(
  name: string,
  what: string,
  work: Subject["work"],
  kernels: Subject["kernels"],
  comparedTo: readonly string[] = [],
  settings?: Subject["settings"],
): Subject[] {
  return forms.map(([form, label]) => {
    const suffix = form === undefined ? "" : `-${form}`;
    return {
      name: name + suffix,
      label: `${label}: ${what}`,
      engine: "pytorch",
      mode: form === "compiled" ? "captured" : "eager",
      work,
      kernels,
      ...(form !== undefined && { form }),
      ...(settings !== undefined && { settings }),
      program: "torch_step.py",
      comparedTo: comparedTo.map((other) => other + suffix),
    };
  });
}

function kerasStep(name: string, what: string, work: Subject["work"]): Subject {
  return {
    engine: "keras",
    mode: "captured",
    kernels: "plain",
    program: "keras_step.py",
    name,
    label: `Keras tf.function: ${what}`,
    work,
    comparedTo: [],
  };
}

export const peers: readonly Subject[] = [
  ...torchForms(pytorch, "plain", "train", "plain"),
  ...torchForms("pytorch-composer", "Composer's WS", "train", "composer", [pytorch]),
  ...torchForms("pytorch-timm", "timm's StdConv2d", "train", "timm", [pytorch]),
  kerasStep("keras", "plain", "train"),
  ...torchForms("pytorch-infer", "inference, plain", "infer", "plain"),
  kerasStep("keras-infer", "inference, plain", "infer"),
  ...normArms.flatMap(({ name, label, settings }) => {
    const plain = `${pytorch}-${name}`;
    const kinds = [pytorch, plain];
    return [
      ...torchForms(plain, label, "train", "plain", [pytorch], settings),
      ...torchForms(`${plain}-timm`, `${label}, timm's WS`, "train", "timm", kinds, settings),
    ];
  }),
];
