import type { ReplyContext, ReplyWriter } from '../../core/wire/dialect.ts';
import type { ConclaveError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import { openAiError } from '../openai-errors/write-error.ts';
import { ssePing } from '../sse.ts';
import { callWriter } from './call-writer.ts';
import type { CallWriter } from './call-writer.ts';
import { eventWriter } from './event-writer.ts';
import { failedCode } from './failed-code.ts';
import { writeFinish } from './finish-reason.ts';
import { itemId } from './item-id.ts';
import type { IdKind } from './item-id.ts';
import { messageWriter } from './message-writer.ts';
import type { MessageWriter } from './message-writer.ts';
import { reasoningWriter } from './reasoning-writer.ts';
import type { ReasoningWriter } from './reasoning-writer.ts';
import { writeUsage } from './usage.ts';
import { responseEnvelope } from './write-envelope.ts';
import { declaredTools } from '../freeform-tool.ts';
import { imageItem, phaseAfter, type ItemStatus, type Phase } from './write-items.ts';

/** Writes the events of one response in OpenAI's own order: each item is opened, filled, closed. */
export function replyWriter(context: ReplyContext): ReplyWriter {
  const { begun } = context;
  const events = eventWriter(begun?.events);
  const declared = declaredTools(context.request);
  const calls = new Map<number, CallWriter>();
  let message: MessageWriter | undefined;
  /** The phase of the last message. */
  let phase: Phase | undefined;
  let thought: ReasoningWriter | undefined;
  let lastOpaque: number | undefined;
  let usage = begun?.usage;
  let started = begun !== undefined;
  let over = false;

  const idOf = (kind: IdKind) => (place: number) => itemId(kind, context.id, place);

  function start(): void {
    if (started) return;
    started = true;
    const response = { ...responseEnvelope(context), status: 'in_progress' };
    events.send('response.created', { response });
    events.send('response.in_progress', { response });
  }

  function closeWords(status: ItemStatus = 'completed'): void {
    message?.close(status);
    message = undefined;
  }

  function closeThought(): void {
    thought?.close();
    thought = undefined;
  }

  /**
   * Closes the matching calls. Some providers interleave calls: one that is not complete stays open next to the
   * following one.
   */
  function closeCalls(which: (call: CallWriter) => boolean, cut = false): void {
    for (const [block, call] of calls) {
      if (!which(call)) continue;
      call.close(cut);
      calls.delete(block);
    }
  }

  function words(isCommentary = false): MessageWriter {
    const next = phaseAfter(phase, isCommentary);
    if (message && next === phase) return message;
    closeWords();
    closeThought();
    closeCalls((call) => call.whole());
    phase = next;
    return (message = messageWriter(events, idOf('msg'), phase));
  }

  function thoughtOf(block: number): ReasoningWriter {
    if (thought?.block === block) return thought;
    closeWords();
    closeThought();
    closeCalls((call) => call.whole());
    return (thought = reasoningWriter(events, block, idOf('rs')));
  }

  function startCall(part: Extract<StreamPart, { type: 'tool-call-start' }>): void {
    closeWords();
    closeThought();
    closeCalls((call) => call.whole());
    const { id, name } = part;
    calls.set(part.index, callWriter(events, { id, name, tool: declared.get(name) }, idOf));
  }

  function whole(item: JsonObject): void {
    closeWords();
    closeThought();
    closeCalls((call) => call.whole());
    events.close(events.open(item), item);
  }

  function finish({ reason }: Extract<StreamPart, { type: 'finish' }>): void {
    const end = writeFinish({ reason });
    const wasCut = end.status === 'incomplete';
    closeWords(wasCut ? 'incomplete' : 'completed');
    closeThought();
    closeCalls(() => true, wasCut);
    const response = {
      ...responseEnvelope(context),
      ...end,
      output: [...events.output],
      ...(usage && { usage: writeUsage(usage) }),
    };
    events.send(`response.${end.status}`, { response });
    over = true;
  }

  /**
   * Ends a stream as OpenAI does: first `error`, on which its libraries throw, then the failed response, from which
   * Codex reads the reason (https://github.com/vercel/ai/issues/6534 shows both). Open items stay open.
   */
  function fail(thrown: ConclaveError): void {
    const error = openAiError(thrown);
    const { code, message: text, param } = error;
    // The documentation has these fields at the top level; OpenAI's servers nest them.
    events.send('error', { code, message: text, param, error });
    const response = {
      ...responseEnvelope(context),
      ...(begun?.id !== undefined && { id: begun.id }),
      status: 'failed',
      error: { code: failedCode(thrown.code), message: text },
      output: [...events.output],
      ...(usage && { usage: writeUsage(usage) }),
    };
    events.send('response.failed', { response });
    over = true;
  }

  function write(part: StreamPart): void {
    switch (part.type) {
      case 'start':
      case 'kept':
      case 'warning':
        return;
      case 'text-delta':
        // Messages are apart already, so no break is needed between them.
        if (part.commentary === 'break') return;
        return words(part.commentary).say('text', part.index, part.text);
      case 'refusal-delta':
        return words().say('refusal', part.index, part.text);
      case 'citation':
        return (message ?? words()).cite(part.index, part.citation);
      case 'reasoning-delta':
        return thoughtOf(part.index).say(part.text);
      case 'reasoning-signature':
        return thoughtOf(part.index).prove('signature', part.signature);
      case 'reasoning-redacted':
        return thoughtOf(part.index).prove('redacted', part.data);
      case 'tool-call-start':
        return startCall(part);
      case 'tool-call-delta':
        return calls.get(part.index)?.add(part.text);
      case 'image':
        if (lastOpaque !== part.index) {
          whole(imageItem(idOf('ig')(events.output.length), part.mediaType, part.data));
        }
        return;
      case 'opaque':
        if (part.dialect !== 'openai-responses') return;
        lastOpaque = part.index;
        return whole(part.value);
      case 'usage':
        usage = part.usage;
        return;
      case 'finish':
        return finish(part);
      case 'error':
        return fail(part.error);
    }
  }

  return {
    push(parts) {
      for (const part of parts) {
        if (over) break;
        start();
        write(part);
      }
      return events.take();
    },
    ping: () => ssePing,
  };
}
