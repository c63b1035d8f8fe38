import assert from "node:assert/strict";
import { UsageError } from "../../../benchmarks/ground/errors.ts";
import { asUsageError, withUsageErrors } from "../../../benchmarks/ground/usage_errors.ts";

Deno.test("asUsageError() takes the library's own refusals for the user's to put right, and no others", () => {
  for (const kind of [RangeError, TypeError]) {
    const error = new kind("Cannot make a layer as rate must be in [0, 1): current value is 2");
    const told = asUsageError(error) as UsageError;
    assert.ok(told instanceof UsageError);
    assert.deepEqual([told.message, told.cause], [error.message, error]);
  }
  for (
    const error of [
      new Error("Cannot make a layer as it is so"),
      new RangeError("Invalid array length"),
      new RangeError("It Cannot be as such"),
      new TypeError("Cannot read properties of undefined"),
      "Cannot be as it is",
    ]
  ) assert.equal(asUsageError(error), error);
});

Deno.test("withUsageErrors() returns what a call does, and refuses as asUsageError()", () => {
  assert.equal(withUsageErrors(() => 3), 3);
  const error = new RangeError("Cannot go as it must be so");
  assert.throws(() => {
    withUsageErrors(() => {
      throw error;
    });
  }, { name: "UsageError", message: error.message });
});
