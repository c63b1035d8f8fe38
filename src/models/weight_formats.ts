/**
 * Recognizes files of weights in other formats than safetensors by their first bytes, and says what
 * to do.
 *
 * @module
 */

/** A format that people have at hand instead. */
interface Format {
  /** What it is, for the message. */
  name: string;
  /** What to do about it. */
  advice: string;
  /** Whether a file is of it. */
  fits(file: Glimpse): boolean;
}

/** What is looked at: characters are bytes. */
interface Glimpse {
  /** The beginning. */
  start: string;
  /** The end, where a zip archive lists what it holds. */
  end: string;
  /** The name of a zip archive's first entry; empty in other files. */
  firstEntry: string;
}

const glimpsed = { start: 512, end: 65536 };

const ownCode = (reader: string) =>
  `read it in Python (${reader}), and write a dict of its arrays under the model's names by ` +
  "safetensors.numpy.save_file";

const lines = (...code: string[]) => `convert it in Python\n  ${code.join("\n  ")}`;

const saveTensors =
  'save_file({k: v.contiguous().clone() for k, v in weights.items()}, "FILE.safetensors")';

const torch = (): Pick<Format, "name" | "advice"> => ({
  name: "PyTorch's (torch.save, .pt or .pth)",
  advice: lines(
    'import torch; from safetensors.torch import save_file; weights = torch.load("FILE.pth", map_location="cpu")',
    saveTensors,
  ) +
    '\nwhere the weights are one part of the file, put ["state_dict"], ["model"] or, for a checkpoint of ' +
    'Composer\'s, ["state"]["model"] behind torch.load(…)',
});

/** Made on request: a bundler leaves out what no page uses. */
const formats = (): readonly Format[] => [
  {
    name: "TorchScript (torch.jit.save)",
    advice: lines(
      'import torch; from safetensors.torch import save_file; weights = torch.jit.load("FILE.pt", "cpu").state_dict()',
      saveTensors,
    ),
    fits: ({ firstEntry, end }) => firstEntry !== "" && end.includes("/constants.pkl"),
  },
  { ...torch(), fits: ({ firstEntry }) => firstEntry.endsWith("/data.pkl") },
  // The number that torch.save wrote before it wrote archives, as a pickle.
  { ...torch(), fits: ({ start }) => start.startsWith("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9") },
  {
    name: "NumPy's (.npz)",
    advice: lines(
      'import numpy; from safetensors.numpy import save_file; arrays = numpy.load("FILE.npz")',
      'save_file({k: numpy.ascontiguousarray(v) for k, v in arrays.items()}, "FILE.safetensors")',
    ) +
      "\nwith PyTorch's names and layouts, which the files of other libraries don't have: rename and " +
      "transpose them there",
    fits: ({ firstEntry }) => firstEntry.endsWith(".npy"),
  },
  {
    name: "one array of NumPy's (.npy)",
    advice: ownCode("numpy.load"),
    fits: ({ start }) => start.startsWith("\x93NUMPY"),
  },
  {
    name: "Keras's (.keras)",
    advice:
      "a model of Keras 3's own is loaded by models.fromKeras3, with kerasArchive of ./files; " +
      `for a model that is built here, ${ownCode("keras.models.load_model")}`,
    fits: ({ firstEntry }) =>
      ["metadata.json", "config.json", "model.weights.h5"].includes(firstEntry),
  },
  {
    name: "HDF5, as Keras writes it (.h5)",
    advice: ownCode("h5py.File"),
    fits: ({ start }) => start.startsWith("\x89HDF\r\n\x1a\n"),
  },
  {
    name: "a TensorFlow SavedModel's graph (saved_model.pb)",
    advice: ownCode("tf.saved_model.load of its folder"),
    fits: ({ start }) => start.startsWith("\x08\x01\x12"),
  },
  {
    name: "ONNX",
    advice: ownCode("onnx.numpy_helper.to_array of each of onnx.load(…).graph.initializer"),
    // Version, then the producer's name or the graph.
    fits: ({ start }) => start[0] === "\x08" && ["\x12", ":"].includes(start[2] ?? ""),
  },
  {
    name: "the index of a TensorFlow checkpoint (.index)",
    advice: ownCode("tf.train.load_checkpoint"),
    fits: ({ end }) => end.endsWith("\x57\xfb\x80\x8b\x24\x75\x47\xdb"),
  },
  {
    name: "GGUF",
    advice: ownCode("gguf.GGUFReader"),
    fits: ({ start }) => start.startsWith("GGUF"),
  },
  {
    name: "a Python pickle",
    advice: ownCode("pickle.load, where you trust its source"),
    fits: ({ start }) => ["\x02", "\x03", "\x04", "\x05"].some((n) => start.startsWith(`\x80${n}`)),
  },
  {
    name: "a pointer of Git LFS, and not the file itself",
    advice: "fetch it with git lfs pull",
    fits: ({ start }) => start.startsWith("version https://git-lfs.github.com/spec/"),
  },
  {
    name: "the index of a safetensors file in parts",
    advice: "give a file of all parts' tensors: merge the dicts of safetensors.torch.load_file",
    fits: ({ start, end }) => start.startsWith("{") && `${start}${end}`.includes('"weight_map"'),
  },
  {
    name: "a TensorFlow.js model (model.json)",
    advice: "load it by tf.loadLayersModel",
    fits: ({ start }) => /^\s*\{[^]*"modelTopology"/.test(start),
  },
  {
    name: "a page of HTML",
    advice: "the download went to a page of the site: take the link to the file itself",
    fits: ({ start }) => /^\s*<(!doctype html|html)/i.test(start),
  },
  {
    name: "a zip archive",
    advice: "unpack it, and give the safetensors file in it",
    fits: ({ firstEntry }) => firstEntry !== "",
  },
  {
    name: "compressed (gzip)",
    advice: "uncompress it (gunzip)",
    fits: ({ start }) => start.startsWith("\x1f\x8b"),
  },
];

/**
 * The format of a file that is not safetensors, and what to do about it.
 *
 * @param bytes the file
 * @returns both in words; `undefined` where it begins as safetensors does, or as nothing known
 *
 * @see the formats' own definitions: PyTorch `caffe2/serialize`, NumPy `numpy.lib.format`, HDF5,
 * ONNX `onnx.proto`, TensorFlow `table_format.txt`, GGUF, Git LFS
 */
export function foreignFormat(bytes: Uint8Array): string | undefined {
  if (isLikely(bytes)) return undefined;
  const start = latin1(bytes.subarray(0, glimpsed.start));
  const end = latin1(bytes.subarray(Math.max(0, bytes.length - glimpsed.end)));
  const file = { start, end, firstEntry: firstEntryOf(start) };
  const format = formats().find(({ fits }) => fits(file));
  return format && `the file is ${format.name}: ${format.advice}`;
}

/** Whether there may be a JSON header in its place: the length before it could be any bytes. */
function isLikely(bytes: Uint8Array): boolean {
  if (bytes.length < 9 || bytes[8] !== "{".charCodeAt(0)) return false;
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  return length <= bytes.length - 8;
}

/** Each byte as the character of that number. */
function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/**
 * A zip archive begins with its first entry's header: 30 bytes, of which two the name's length, and
 * the name.
 */
function firstEntryOf(start: string): string {
  if (!start.startsWith("PK\x03\x04")) return "";
  return start.slice(30, 30 + start.charCodeAt(26) + 256 * start.charCodeAt(27));
}
