import assert from "node:assert/strict";
import fc from "fast-check";
import { ClusterError } from "../../../../src/training/workers/errors.ts";
import { expandHostList } from "../../../../src/backends/tensorflow/cluster/host_list.ts";
import { hostList } from "./fixtures/host_list_forms.ts";
import { hostLists } from "./fixtures/host_lists.ts";
import { makeExpand } from "./fixtures/scontrol.ts";

function expandOrRefuse(list: string): string[] | "refused" {
  try {
    return expandHostList(list);
  } catch (error) {
    assert.ok(error instanceof ClusterError, `${list}: ${error}`);
    return "refused";
  }
}

Deno.test("expandHostList() expands, and refuses, what Slurm's scontrol does", () => {
  const entries = Object.entries(hostLists.lists);
  assert.ok(entries.length > 100);
  for (const [list, names] of entries) {
    assert.equal(expandOrRefuse(list).toString(), names, list);
  }
});

Deno.test("expandHostList() refuses brackets that are not in pairs", () => {
  for (const list of ["n[1-2", "n1-2]", "n[1-2,m[3]", "]", "["]) {
    assert.throws(() => expandHostList(list, "SLURM_STEP_NODELIST"), (error: Error) => {
      assert.match(error.message, /SLURM_STEP_NODELIST.*brackets.*gpu-07,n\[3,1-2\]/s);
      return error instanceof ClusterError && error.message.includes(list);
    });
  }
});

Deno.test("expandHostList() keeps the numbers' digits when lists are long", () => {
  assert.deepEqual(expandHostList("n[0-65535]").length, 65536);
  assert.deepEqual(expandHostList("n[0000-65535]").at(-1), "n65535");
  assert.deepEqual(expandHostList("n[0099-0100]"), ["n0099", "n0100"]);
});

const scontrol = which("scontrol");

Deno.test({
  name: "expandHostList() agrees with this machine's scontrol on lists of every form",
  ignore: scontrol === undefined,
  fn: () => {
    const conf = Deno.env.get("SLURM_CONF");
    const expand = makeExpand(scontrol ?? "", conf === undefined ? {} : { SLURM_CONF: conf });
    fc.assert(
      fc.property(hostList, (list) => assert.deepEqual(expandHostList(list), expand(list), list)),
      { numRuns: 100 },
    );
  },
});

/** A program that can be run: one that has a configuration, too. */
function which(name: string): string | undefined {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  return folders.map((folder) => `${folder}/${name}`).find((path) => {
    try {
      return new Deno.Command(path, { args: ["show", "hostnames", "n1"] }).outputSync().success;
    } catch {
      return false;
    }
  });
}

Deno.test("expandHostList() refuses ranges that multiply beyond what memory holds", () => {
  for (
    const list of ["a[1-100]b[1-100]c[1-100]d[1-100]e[1-100]", "a[1-1000]b[1-1000],c[1-60000]"]
  ) {
    assert.throws(() => expandHostList(list, "SLURM_STEP_NODELIST"), {
      name: "ClusterError",
      message: /SLURM_STEP_NODELIST as it has more than 1048576 hosts/,
    });
  }
});
