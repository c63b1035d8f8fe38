/** A reader of TensorBoard's event files that shares nothing with their writer. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { parse } from "protobufjs";

const { root } = parse(`
  syntax = "proto3";
  message Event {
    double wall_time = 1;
    int64 step = 2;
    oneof what { string file_version = 3; Summary summary = 5; SessionLog session_log = 7; }
  }
  message Summary {
    message Value { string tag = 1; float simple_value = 2; }
    repeated Value value = 1;
  }
  message SessionLog { int32 status = 1; }
`);

/** What an event tells. */
export interface ReadEvent {
  wallTime: number;
  step: number;
  fileVersion?: string;
  sessionStatus?: number;
  values?: Record<string, number>;
}

/** The form in which the message is decoded. */
interface Decoded {
  wallTime: number;
  step?: number;
  fileVersion?: string;
  sessionLog?: { status: number };
  summary?: { value?: { tag: string; simpleValue: number }[] };
}

/** CRC-32C bit by bit, as its definition has it, rotated and shifted as TFRecord wants it. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  crc = ~crc >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** The events of a file; fails where a checksum is wrong or the file is cut off. */
export function readEvents(file: Uint8Array): ReadEvent[] {
  const bytes = Buffer.from(file);
  const events: ReadEvent[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const length = Number(bytes.readBigUInt64LE(offset));
    assert.equal(
      bytes.readUInt32LE(offset + 8),
      checksum(bytes.subarray(offset, offset + 8)),
      "checksum",
    );
    const record = bytes.subarray(offset + 12, offset + 12 + length);
    assert.equal(bytes.readUInt32LE(offset + 12 + length), checksum(record), "checksum");
    events.push(eventOf(record));
    offset += 16 + length;
  }
  return events;
}

function eventOf(record: Uint8Array): ReadEvent {
  const Event = root.lookupType("Event");
  const message = Event.toObject(Event.decode(record), { longs: Number }) as Decoded;
  const { wallTime, step = 0, fileVersion, sessionLog, summary } = message;
  return {
    wallTime,
    step,
    ...(fileVersion !== undefined && { fileVersion }),
    ...(sessionLog !== undefined && { sessionStatus: sessionLog.status }),
    ...(summary !== undefined && {
      values: Object.fromEntries(
        (summary.value ?? []).map(({ tag, simpleValue }) => [tag, simpleValue]),
      ),
    }),
  };
}
