import assert from "node:assert/strict";
import { flagsOf, programTask, taskNames } from "../task_permissions.ts";
import { entriesOf, suites } from "./table.ts";

const document = await Deno.readTextFile(new URL("../../docs/security.md", import.meta.url));
const entries = entriesOf(document);
const programs = taskNames.flatMap((name) => programTask(name) ?? []);

const words = ({ task, kind, name = "" }: { task: string; kind: string; name?: string }) =>
  `${task}: ${kind} ${name}`.trimEnd();

Deno.test("docs/security.md says of each permission of each task what it is for", () => {
  const granted = programs.flatMap(({ name: task, permissions }) =>
    permissions.map((permission) => words({ task, ...permission }))
  );
  assert.ok(granted.length > 80, `${granted.length} permissions`);
  assert.deepEqual(entries.map(words).toSorted(), granted.toSorted());
});

Deno.test("tasks that never use TensorFlow may not call native code or start programs", () => {
  const plain = [
    "report",
    "report:claims",
    "report:compare",
    "report:site",
    "data:check",
    "build:npm",
    "build:wasm",
  ];
  for (const name of plain) {
    const kinds = programTask(name)!.permissions.map(({ kind }) => kind);
    assert.deepEqual(kinds.filter((kind) => kind === "ffi" || kind === "run"), [], name);
  }
});

Deno.test("no task may use more of the network than this machine, and none has all permissions", () => {
  for (const { name, permissions, options } of programs) {
    assert.ok(!options.some((option) => /^(-A|--allow-all)$/.test(option)), name);
    const net = permissions.filter(({ kind }) => kind === "net" || kind === "import");
    for (const { name: host } of net) assert.equal(host, "127.0.0.1", name);
  }
});

Deno.test("all suites may do the same", () => {
  const [first, ...rest] = suites.map((name) => flagsOf(programTask(name)!.permissions));
  for (const flags of rest) assert.deepEqual(flags, first);
});
