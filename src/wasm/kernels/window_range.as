// Which taps of a window meet the input, and which outputs a tap, along one axis: see windows.as for its numbers.

/** The first tap that meets the input, for an output whose first tap is at `start`. */
@inline
export function firstTap(start: i32, dilation: i32): i32 {
  return start >= 0 ? 0 : (dilation - 1 - start) / dilation;
}

/** One more than the last tap that meets the input. */
@inline
export function endTap(start: i32, taps: i32, dilation: i32, input: i32): i32 {
  return start >= input ? 0 : min(taps, (input - start + dilation - 1) / dilation);
}

/** The first output whose tap meets the input, where that of output 0 is at `start`. */
@inline
export function firstOutput(start: i32, stride: i32): i32 {
  return start >= 0 ? 0 : (stride - 1 - start) / stride;
}

/** One more than the last output whose tap meets the input. */
@inline
export function endOutput(start: i32, output: i32, stride: i32, input: i32): i32 {
  return start >= input ? 0 : min(output, (input - 1 - start) / stride + 1);
}
