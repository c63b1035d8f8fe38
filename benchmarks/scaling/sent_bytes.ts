/**
 * Bytes that this process has sent through its TCP connections, as the kernel counts them: payload,
 * what was sent again included. Counters of a network interface would count other programs, too.
 *
 * @module
 */
/** Descriptors that are looked at: the lowest are taken first. Deno may not list them. */
const most = 1024;

/** `IPPROTO_TCP` and `TCP_INFO` of Linux. */
const [protocol, option] = [6, 11];

/** `TCP_ESTABLISHED`, the first byte of `struct tcp_info`. */
const established = 1;

/** Where `tcpi_bytes_sent` stands in `struct tcp_info`, since Linux 4.19. */
const place = 200;

/** Opens the C library, whose `getsockopt` tells. */
function openC() {
  return Deno.dlopen("libc.so.6", {
    getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  });
}

/**
 * What counts the bytes sent.
 *
 * @returns a function that gives the sum over the open connections, and nothing where there is none
 */
export function sentBytesCounter(): () => number | undefined {
  if (Deno.build.os !== "linux") return () => undefined;
  let symbols: ReturnType<typeof openC>["symbols"];
  try {
    ({ symbols } = openC());
  } catch {
    return () => undefined; // another C library, as musl
  }
  const info = new Uint8Array(256), length = new Uint32Array(1);
  const sentThrough = (file: number): bigint | undefined => {
    length[0] = info.length;
    if (symbols.getsockopt(file, protocol, option, info, length) !== 0) return undefined;
    if (length[0]! < place + 8 || info[0] !== established) return undefined;
    return new DataView(info.buffer).getBigUint64(place, true);
  };
  return () => {
    const counts = Array.from({ length: most }, (_, file) => sentThrough(file))
      .filter((count) => count !== undefined);
    return counts.length === 0 ? undefined : Number(counts.reduce((sum, count) => sum + count));
  };
}
