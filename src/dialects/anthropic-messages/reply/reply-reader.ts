import type { ReplyReader } from '../../../core/wire/dialect.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import { countOf, objectOf, textOf } from '../../fields/loose-fields.ts';
import { type Emit, type StreamInterpreter, streamReader } from '../../replies/stream-reader.ts';
import { blockReader } from './block-reader.ts';
import { reportedError } from './read-error.ts';
import { finishPart, keptParts, refusalParts, remarks, startPart } from './read-reply.ts';
import { mergeUsage, usageParts } from './usage.ts';

/** Returns a reader for a stream. */
export function replyReader(): ReplyReader {
  return streamReader(messageInterpreter);
}

/** Interprets Anthropic's events. Usage is cumulative, so each report replaces the one before. */
function messageInterpreter(emit: Emit): StreamInterpreter {
  const blocks = blockReader(emit);
  let usage: JsonObject = {};
  let stopReason = '';
  let stopDetails: JsonObject[string];

  function start(message: JsonObject): void {
    usage = objectOf(message.usage);
    emit(startPart(message));
    usageParts(message.usage, blocks.ranCode()).forEach(emit);
    keptParts(message.container).forEach(emit);
  }

  function change(delta: JsonObject, reported: JsonObject[string]): void {
    usage = mergeUsage(usage, objectOf(reported));
    stopReason = textOf(delta.stop_reason) || stopReason;
    stopDetails = delta.stop_details ?? stopDetails;
    usageParts(reported && usage, blocks.ranCode()).forEach(emit);
    keptParts(delta.container).forEach(emit);
  }

  function stop(): void {
    const end = { stop_reason: stopReason, stop_details: stopDetails };
    refusalParts(blocks.nextIndex(), end).forEach(emit);
    remarks(usage, stopDetails).forEach(emit);
    emit(finishPart(stopReason, blocks.calls()));
  }

  return {
    event(body, name) {
      switch (body.type) {
        case 'content_block_delta':
          return blocks.add(countOf(body.index), objectOf(body.delta));
        case 'content_block_start':
          return blocks.start(countOf(body.index), objectOf(body.content_block));
        case 'content_block_stop':
          return blocks.stop(countOf(body.index));
        case 'message_start':
          return start(objectOf(body.message));
        case 'message_delta':
          return change(objectOf(body.delta), body.usage);
        case 'message_stop':
          return stop();
        default: {
          const error = reportedError(body, name);
          if (error) emit({ type: 'error', error });
        }
      }
    },
    end() {},
    forgetsText: true,
  };
}
