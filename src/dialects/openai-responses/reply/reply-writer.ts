import type { ReplyContext, ReplyWriter } from '../../../core/wire/dialect.ts';
import type { ConclaveError } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { BlockPart, FinishPart } from '../../../core/wire/stream-part.ts';
import { declaredTools } from '../../openai/freeform-tool.ts';
import { openAiError } from '../../openai/write-openai-error.ts';
import { ssePing } from '../../replies/sse.ts';
import { streamWriter, TextStream } from '../../replies/stream-writer.ts';
import { eventWriter } from './event-writer.ts';
import { failedCode } from './failed-code.ts';
import { writeFinish } from './finish-reason.ts';
import { openItems } from './open-items.ts';
import { writeUsage } from './usage.ts';
import { responseEnvelope } from './write-envelope.ts';

/** Writes the events of one response in OpenAI's own order: each item is opened, filled, closed. */
export function replyWriter(context: ReplyContext): ReplyWriter {
  const { begun } = context;
  const stream = new TextStream(begun?.usage);
  const events = eventWriter(stream, begun?.events);
  const items = openItems(events, { replyId: context.id, declared: declaredTools(context.request) });
  /** The block of the last item that came whole. */
  let lastWhole: number | undefined;

  function begin(): void {
    if (begun !== undefined) return;
    const response = { ...responseEnvelope(context), status: 'in_progress' };
    events.send('response.created', { response });
    events.send('response.in_progress', { response });
  }

  function content(part: BlockPart): void {
    switch (part.type) {
      case 'text-delta':
        // Messages are apart already, so no break is needed between them.
        if (part.commentary === 'break') return;
        return items.message(part.commentary).say('text', part.index, part.text);
      case 'refusal-delta':
        return items.message().say('refusal', part.index, part.text);
      case 'citation':
        return items.lastMessage().cite(part.index, part.citation);
      case 'reasoning-delta':
        return items.reasoning(part.index).say(part.text);
      case 'reasoning-signature':
        return items.reasoning(part.index).prove('signature', part.signature);
      case 'reasoning-redacted':
        return items.reasoning(part.index).prove('redacted', part.data);
      case 'tool-call-start':
        return items.startCall(part.index, part);
      case 'tool-call-delta':
        return items.call(part.index)?.add(part.text);
      case 'image':
        // An image that OpenAI's own tool made has been written with the tool's item.
        if (lastWhole !== part.index) items.image(part.mediaType, part.data);
        return;
      case 'opaque':
        if (part.dialect !== 'openai-responses') return;
        lastWhole = part.index;
        return items.whole(part.value);
    }
  }

  function finish({ reason }: FinishPart): void {
    const end = writeFinish({ reason });
    items.end(end.status === 'incomplete');
    events.send(`response.${end.status}`, {
      response: { ...responseEnvelope(context), ...end, ...result() },
    });
  }

  /**
   * Ends a stream as OpenAI does: first `error`, on which its libraries throw, then the failed response, from which
   * Codex reads the reason (https://github.com/vercel/ai/issues/6534 shows both). Open items stay open.
   */
  function fail(thrown: ConclaveError): void {
    const error = openAiError(thrown);
    const { code, message, param } = error;
    // The documentation has these fields at the top level; OpenAI's servers nest them.
    events.send('error', { code, message, param, error });
    const response = {
      ...responseEnvelope(context),
      ...(begun?.id !== undefined && { id: begun.id }),
      status: 'failed',
      error: { code: failedCode(thrown.code), message },
      ...result(),
    };
    events.send('response.failed', { response });
  }

  function result(): JsonObject {
    return { output: [...events.output], ...(stream.usage && { usage: writeUsage(stream.usage) }) };
  }

  return streamWriter(stream, { begin, content, finish, error: fail }, { ping: ssePing });
}
