import assert from "node:assert/strict";
import { type Agreed, checkAgreement } from "../../../src/training/workers/check_agreement.ts";
import { ClusterError } from "../../../src/training/workers/errors.ts";

/** What each worker gets, where each has its values. */
async function outcomes(...values: Agreed[]): Promise<(string | undefined)[]> {
  const bytes = values.map((each) => new TextEncoder().encode(JSON.stringify(each)));
  return await Promise.all(values.map(async (own, rank) => {
    const group = {
      rank,
      size: values.length,
      sum: () => [],
      abort: () => {},
      exchange: () => Promise.resolve(bytes),
    };
    try {
      await checkAgreement(group, own);
      return undefined;
    } catch (error) {
      assert.ok(error instanceof ClusterError);
      return error.message;
    }
  }));
}

Deno.test("checkAgreement() lets workers go on that have the same, in whatever order", async () => {
  const [first, second] = await outcomes({ model: "a", batch: 32 }, { batch: 32, model: "a" });
  assert.deepEqual([first, second], [undefined, undefined]);
});

Deno.test("checkAgreement() says on all workers what differs, and who has what", async () => {
  const messages = await outcomes(
    { model: "a", batch: 32, data: "x" },
    { model: "b", batch: 32, data: "x" },
    { model: "a", batch: 32 },
  );
  assert.equal(new Set(messages).size, 1);
  assert.match(
    messages[0] ?? "",
    /data: x on ranks 0, 1, nothing on rank 2; model: a on ranks 0, 2, b/,
  );
  assert.doesNotMatch(messages[0] ?? "", /batch/);
});

Deno.test("checkAgreement() tells values of other types apart, and shortens lists of ranks", async () => {
  const [message] = await outcomes({ seed: null }, ...Array(6).fill({ seed: 0 }));
  assert.match(message ?? "", /seed: null on rank 0, 0 on ranks 1, 2, 3, 4 and 2 more/);
  assert.match((await outcomes({ a: 1 }, { a: "1" }))[0] ?? "", /a: 1 on rank 0, "1" on rank 1/);
});
