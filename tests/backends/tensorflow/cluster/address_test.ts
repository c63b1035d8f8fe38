import assert from "node:assert/strict";
import { joinAddress, parseAddress } from "../../../../src/backends/tensorflow/cluster/address.ts";
import { ClusterError } from "../../../../src/training/workers/errors.ts";

Deno.test("parseAddress() takes names, IPv4 and IPv6 in brackets, in one normal form", () => {
  const normal: Record<string, string> = {
    "localhost:1": "localhost:1",
    "Gpu_07.Cluster.:02222": "gpu_07.cluster.:2222",
    "10.0.0.1:65535": "10.0.0.1:65535",
    "[2001:DB8::1]:80": "[2001:db8::1]:80",
    "[fe80::1%eth0]:80": "[fe80::1%eth0]:80",
  };
  for (const [text, expected] of Object.entries(normal)) {
    assert.equal(parseAddress(text, "X"), expected);
  }
});

Deno.test("parseAddress() refuses what is none, and says why", () => {
  const refused: Record<string, RegExp> = {
    "": /no port/,
    "host": /no port/,
    "host:": /no port/,
    ":80": /no host/,
    "host:0": /port that is not in 1 to 65535/,
    "host:65536": /port that is not in 1 to 65535/,
    "host:http": /no port/,
    "::1:80": /IPv6 without brackets/,
    "[::1]": /no port/,
    "[host]:80": /neither a name nor an IP/,
    "[::1:80": /neither a name nor an IP/,
    "a b:80": /neither a name nor an IP/,
    "-a:80": /neither a name nor an IP/,
    "a/b:80": /neither a name nor an IP/,
    "grpc://host:80": /grpc:\/\/, which is to be left out/,
    "host:80\n": /no port/,
  };
  for (const [text, why] of Object.entries(refused)) {
    assert.throws(() => parseAddress(text, "TF_CONFIG, worker 1"), (error: Error) => {
      assert.ok(error instanceof ClusterError);
      assert.match(error.message, why, JSON.stringify(text));
      assert.ok(error.message.includes("TF_CONFIG, worker 1"));
      return error.message.includes(JSON.stringify(text));
    });
  }
});

Deno.test("joinAddress() puts IPv6 into brackets", () => {
  assert.deepEqual(["n1", "10.0.0.1", "fe80::1"].map((host) => joinAddress(host, 7)), [
    "n1:7",
    "10.0.0.1:7",
    "[fe80::1]:7",
  ]);
});
