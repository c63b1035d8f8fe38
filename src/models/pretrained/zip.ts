/**
 * The one door to fflate. A module that is imported from a URL brings no import map, so the version
 * stands here.
 *
 * @module
 */
export { unzipSync } from "npm:fflate@0.8.3";
