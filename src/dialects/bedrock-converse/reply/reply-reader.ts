import type { ReplyReader } from '../../../core/wire/dialect.ts';
import { countOf, objectOf, textOf } from '../../fields/loose-fields.ts';
import { type Emit, type StreamInterpreter, streamReader } from '../../replies/stream-reader.ts';
import { blockReader } from './block-reader.ts';
import { errorOfEvent } from './errors.ts';
import { finishPart } from './read-reply.ts';
import { usageParts } from './usage.ts';

/** Returns a reader for a stream. */
export function replyReader(): ReplyReader {
  return streamReader(converseInterpreter, 'aws-events');
}

/** Interprets ConverseStream's events. Usage comes after the stop event, so the finish part waits for it. */
function converseInterpreter(emit: Emit): StreamInterpreter {
  const blocks = blockReader(emit);
  let stopReason: string | undefined;
  let measured = false;

  function finish(): void {
    if (stopReason !== undefined) emit(finishPart(stopReason, blocks.calls()));
  }

  return {
    event(body, name) {
      switch (name) {
        case 'contentBlockDelta':
          return blocks.add(countOf(body.contentBlockIndex), objectOf(body.delta));
        case 'contentBlockStart':
          return blocks.start(countOf(body.contentBlockIndex), objectOf(body.start));
        case 'contentBlockStop':
          return blocks.stop(countOf(body.contentBlockIndex));
        case 'messageStart':
          return emit({ type: 'start' });
        case 'messageStop':
          stopReason = textOf(body.stopReason);
          if (measured) finish();
          return;
        case 'metadata':
          measured = true;
          usageParts(body).forEach(emit);
          finish();
          return;
        default:
          if (name !== undefined && /(Exception|Failure|Error)$/.test(name)) {
            emit({ type: 'error', error: errorOfEvent(name, body) });
          }
      }
    },
    end: finish,
  };
}
