/**
 * TensorFlow's `Event`, as far as scalars need it, as bytes.
 *
 * Source: `tensorflow/core/util/event.proto` and `tensorflow/core/framework/summary.proto` of
 * tensorflow/tensorflow.
 *
 * @module
 */
import { Field, OneOf, Root, Type } from "protobufjs/light.js";

const Value = new Type("Value")
  .add(new Field("tag", 1, "string"))
  .add(new Field("simpleValue", 2, "float"));
const Summary = new Type("Summary").add(new Field("value", 1, "Value", "repeated"));
const SessionLog = new Type("SessionLog").add(new Field("status", 1, "int32"));
const Event = new Type("Event")
  .add(new Field("wallTime", 1, "double"))
  .add(new Field("step", 2, "int64"))
  .add(
    new OneOf("what")
      .add(new Field("fileVersion", 3, "string"))
      .add(new Field("summary", 5, "Summary"))
      .add(new Field("sessionLog", 7, "SessionLog")),
  );
new Root().add(Value).add(Summary).add(SessionLog).add(Event);

/** `SessionLog.START`: what readers have of this step and later ones is of a course given up. */
const start = 1;

/** Something that an event file tells. */
export type TensorBoardEvent =
  & {
    /** Seconds since 1970. */
    wallTime: number;
    /** Optimizer steps done. */
    step: number;
  }
  & (
    | { kind: "version" }
    | { kind: "start" }
    | { kind: "scalars"; values: Readonly<Record<string, number>> }
  );

/**
 * An event as TensorFlow serializes it.
 *
 * @returns the message's bytes; a step of 0, being the default, takes none
 */
export function encodeEvent(event: TensorBoardEvent): Uint8Array {
  const { wallTime, step } = event;
  return Event.encode({ wallTime, ...(step !== 0 && { step }), ...contentOf(event) }).finish();
}

function contentOf(event: TensorBoardEvent): object {
  if (event.kind === "version") return { fileVersion: "brain.Event:2" };
  if (event.kind === "start") return { sessionLog: { status: start } };
  const values = Object.entries(event.values);
  return { summary: { value: values.map(([tag, simpleValue]) => ({ tag, simpleValue })) } };
}
