import type { ReplyContext, ReplyWriter } from '../../../core/wire/dialect.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import { sseEvent } from '../../replies/sse.ts';
import { streamWriter, TextStream } from '../../replies/stream-writer.ts';
import { writtenError } from './errors.ts';
import { partsWriter } from './parts-writer.ts';
import { writeEnvelope } from './write-reply.ts';

/** Writes Gemini's events. */
export function replyWriter(context: ReplyContext): ReplyWriter {
  const stream = new TextStream();
  const writer = partsWriter();

  const send = (event: JsonObject) => stream.write(sseEvent(JSON.stringify(event)));

  return streamWriter(
    stream,
    {
      content(part) {
        const parts = writer.write(part);
        if (parts.length > 0) send(writeEnvelope(parts, context));
      },
      finish(finish) {
        send(writeEnvelope(writer.rest(), context, { finish, usage: stream.usage, ...writer.end }));
      },
      error: (error) => send(writtenError(error)),
    },
    // A call is written when the next block begins, so it must be complete by then. There is no ping: Google's own
    // client reads only data lines.
    { inTurn: true },
  );
}
