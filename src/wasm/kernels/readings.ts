/** How the outputs of a product of convolutions.as read their source, along one axis. */
import type { Axis } from "../../gradients/geometry.ts";

/**
 * Target `q` is the output at `q · targetStep + target`, and reads with its tap `t` the source at
 * `q · step + first + t · tapStep`. That is the tap `firstTap + t · kernelStep` of the kernel.
 */
export interface Reading {
  /** Size of the source. */
  source: number;
  /** Size of the output. */
  output: number;
  /** How many targets. */
  count: number;
  /** How many taps. */
  taps: number;
  step: number;
  first: number;
  tapStep: number;
  targetStep: number;
  target: number;
  firstTap: number;
  kernelStep: number;
}

/** A convolution's outputs read its input. */
export function forwardReading(axis: Axis): Reading {
  return {
    source: axis.input,
    output: axis.output,
    count: axis.output,
    taps: axis.taps,
    step: axis.stride,
    first: -axis.before,
    tapStep: axis.dilation,
    targetStep: 1,
    target: 0,
    firstTap: 0,
    kernelStep: 1,
  };
}

/**
 * The gradients of a convolution's inputs read those of its outputs. Inputs `stride` apart are read
 * by the same taps: each such phase has readings of its own.
 */
export function gradientReadings(axis: Axis): Reading[] {
  const phases = Math.min(axis.stride, axis.input);
  return Array.from({ length: phases }, (_, phase) => phaseReading(axis, phase));
}

function phaseReading(axis: Axis, phase: number): Reading {
  const { input, output, taps, stride, dilation, before } = axis;
  // Output `o` reads this input with tap `t` where `o · stride = phase + before − t · dilation`.
  const readsWith = (tap: number) => (phase + before - tap * dilation) % stride === 0;
  const found = Array.from({ length: taps }, (_, tap) => tap).filter(readsWith);
  const firstTap = found[0] ?? 0;
  const kernelStep = (found[1] ?? firstTap + stride) - firstTap;
  return {
    source: output,
    output: input,
    count: Math.ceil((input - phase) / stride),
    taps: found.length,
    step: 1,
    first: found.length === 0 ? 0 : (phase + before - firstTap * dilation) / stride,
    tapStep: -kernelStep * dilation / stride,
    targetStep: stride,
    target: phase,
    firstTap,
    kernelStep,
  };
}
