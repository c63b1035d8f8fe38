/**
 * Where workers listen: `host:port`.
 *
 * @module
 */
import { isIPv6 } from "node:net";
import { ClusterError } from "../../../training/workers/errors.ts";
import { shown } from "./shown.ts";

/** A name or an IPv4 address; underscores, since Docker's names have them. */
const HOST = /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?$/i;

/**
 * Reads an address and writes it in its normal form: small letters, a port without leading zeros.
 *
 * @param text `host:port`; an IPv6 address stands in brackets
 * @param where what it was read from, for errors
 * @throws {ClusterError} where it is none
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(parseAddress("Node-1.cluster:2222", "TF_CONFIG"), "node-1.cluster:2222");
 * assert.equal(parseAddress("[fe80::1]:2222", "TF_CONFIG"), "[fe80::1]:2222");
 * assert.throws(() => parseAddress("node-1", "TF_CONFIG"), /has no port/);
 * ```
 */
export function parseAddress(text: string, where: string): string {
  const refuse = (why: string): never => {
    throw new ClusterError(
      `Cannot use ${where} as its address ${why}: expected host:port, as 10.0.0.1:2222, seen ` +
        `${JSON.stringify(shown(text))}`,
    );
  };
  const scheme = /^\w+:\/\//.exec(text)?.[0];
  if (scheme !== undefined) refuse(`begins with ${scheme}, which is to be left out`);
  const [, host = "", digits = ""] = /^(.*):(\d*)$/s.exec(text) ?? refuse("has no port");
  if (host === "") refuse("has no host");
  if (digits === "") refuse("has no port");
  const port = Number(digits);
  if (port < 1 || port > 65535) refuse("has a port that is not in 1 to 65535");
  if (isIPv6(host)) refuse("is IPv6 without brackets, as in [fe80::1]:2222");
  const bracketed = /^\[(.*)\]$/.exec(host)?.[1];
  if (bracketed !== undefined ? !isIPv6(bracketed) : !HOST.test(host)) {
    refuse(`has a host that is neither a name nor an IP address`);
  }
  return `${host.toLowerCase()}:${port}`;
}

/** A host and a port as an address: IPv6 gets its brackets. */
export function joinAddress(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}
