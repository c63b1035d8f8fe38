/** A step that `capture` cannot record: it would silently do something else than it does by itself. */
export class CaptureError extends Error {
  override name = "CaptureError";
}

/** The error for random numbers that would be the same at every step. */
export function randomError(what: string): CaptureError {
  return new CaptureError(
    `Cannot capture ${what}: its random numbers would be frozen, the same at every step. Use this ` +
      "library's randomUniform and dropout, whose seed is an input of the step. Where it is an " +
      "initializer that runs, build the model before the step",
  );
}

/** The error for values that are read in JavaScript, by the step or by an op. */
export function readingError(): CaptureError {
  return new CaptureError(
    "Cannot read values (dataSync, data, arraySync, …) inside a captured step: they exist only " +
      "when the recorded function runs. Return the tensor from the step and read it there, or " +
      "run this step without capture",
  );
}

/** The error for an op whose recording would have results of another size at another call. */
export function shapeError(kernelName: string): CaptureError {
  return new CaptureError(
    `Cannot capture ${kernelName} as the shape of its result depends on values: compute it outside ` +
      "the step, or run this step without capture",
  );
}

/** The error for a step that disposes a variable, which its recording would need. */
export function disposedVariableError(variable: { name: string }): CaptureError {
  return new CaptureError(
    `Cannot capture a step that disposes a variable: it disposes ${variable.name}`,
  );
}
