/**
 * The library's one door to TensorFlow.js. A module that is imported from a URL brings no import
 * map, so the version stands here, and nowhere else in the graph of `mod.ts`.
 *
 * @module
 */
export * from "npm:@tensorflow/tfjs@4.22.0";
