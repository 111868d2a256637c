import type { ReplyContext, ReplyWriter } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import { noUsage } from '../../core/money/usage.ts';
import { callsInTurn } from '../calls-in-turn.ts';
import { noProof } from '../sealed-reasoning.ts';
import { sseEvent } from '../sse.ts';
import { writeCitation } from './citation.ts';
import { writeFinishReason } from './finish-reason.ts';
import { writeUsage } from './usage.ts';
import { errorBody } from './write-error.ts';
import { emptyReply, imageNote, stopDetails } from './write-reply.ts';

type BlockType = 'text' | 'thinking' | 'tool_use';

const ping = sseEvent('{"type": "ping"}', 'ping');

/** Writes parts as Anthropic's events: one message, its blocks numbered from 0, each closed before the next opens. */
export function replyWriter(context: ReplyContext): ReplyWriter {
  let text = '';
  let started = false;
  let over = false;
  let usage = noUsage;
  let refusal = '';
  let refusalIndex = 0;
  let blocks = 0;
  /** The open block, and the part index of its deltas. */
  let open: { readonly type: BlockType; readonly index: number } | undefined;
  /** Whether the open thought has its proof. */
  let proven = false;

  function send(event: JsonObject & { type: string }): void {
    text += sseEvent(JSON.stringify(event), event.type);
  }

  function start(): void {
    if (started) return;
    started = true;
    send({ type: 'message_start', message: { ...emptyReply(context), usage: writeUsage(usage) } });
  }

  function close(): void {
    if (open === undefined) return;
    if (open.type === 'thinking' && !proven) delta('signature_delta', 'signature', noProof);
    proven = false;
    send({ type: 'content_block_stop', index: blocks - 1 });
    open = undefined;
  }

  function begin(block: JsonObject): void {
    start();
    close();
    send({ type: 'content_block_start', index: blocks, content_block: block });
    blocks += 1;
  }

  /** Continues the open block if the delta belongs to it, otherwise opens a new one. */
  function enter(type: 'text' | 'thinking', index: number): void {
    if (open?.type === type && open.index === index) return;
    begin(type === 'text' ? { type, text: '' } : { type, thinking: '', signature: '' });
    open = { type, index };
  }

  /** Most of a stream consists of this delta, so it is written without `JSON.stringify` for the whole event. */
  function delta(type: string, member: string, value: string): void {
    text += `event: content_block_delta\ndata: {"type":"content_block_delta","index":${blocks - 1},"delta":{"type":"${type}","${member}":${JSON.stringify(value)}}}\n\n`;
  }

  function whole(block: JsonObject): void {
    const { input, ...rest } = block;
    begin(input === undefined ? block : { ...rest, input: {} });
    if (input !== undefined) delta('input_json_delta', 'partial_json', JSON.stringify(input));
    send({ type: 'content_block_stop', index: blocks - 1 });
    open = undefined;
  }

  /** A refusal without an explanation of Anthropic's is written as text. */
  function sayRefusal(): void {
    if (refusal === '') return;
    enter('text', refusalIndex);
    delta('text_delta', 'text', refusal);
  }

  function finish(part: Extract<StreamPart, { type: 'finish' }>): void {
    start();
    const explained = part.raw === 'refusal' && refusal !== '';
    if (!explained) sayRefusal();
    close();
    const refused = refusal !== '';
    const stopReason = refused ? 'refusal' : writeFinishReason(part);
    send({
      type: 'message_delta',
      delta: { stop_reason: stopReason, stop_sequence: null, ...(explained && stopDetails(refusal)) },
      usage: writeUsage(usage),
    });
    send({ type: 'message_stop' });
    over = true;
  }

  function write(part: StreamPart): void {
    switch (part.type) {
      case 'text-delta':
        enter('text', part.index);
        return delta('text_delta', 'text', part.text);
      case 'refusal-delta':
        // Held until the finish, which shows whether this is Anthropic's own explanation.
        refusal += part.text;
        refusalIndex = part.index;
        return;
      case 'reasoning-delta':
        enter('thinking', part.index);
        return delta('thinking_delta', 'thinking', part.text);
      case 'reasoning-signature':
        enter('thinking', part.index);
        proven = true;
        return delta('signature_delta', 'signature', part.signature);
      case 'reasoning-redacted':
        return whole({ type: 'redacted_thinking', data: part.data });
      case 'tool-call-start':
        begin({ type: 'tool_use', id: part.id, name: part.name, input: {} });
        open = { type: 'tool_use', index: part.index };
        return;
      case 'tool-call-delta':
        return delta('input_json_delta', 'partial_json', part.text);
      case 'citation':
        enter('text', part.index);
        return send({
          type: 'content_block_delta',
          index: blocks - 1,
          delta: { type: 'citations_delta', citation: writeCitation(part.citation) },
        });
      case 'image':
        return whole({ type: 'text', text: imageNote(part.mediaType) });
      case 'opaque':
        if (part.dialect === 'anthropic-messages') whole(part.value);
        return;
      case 'usage':
        usage = part.usage;
        return;
      case 'finish':
        return finish(part);
      case 'error':
        sayRefusal();
        send({ ...errorBody(part.error), type: 'error' });
        over = true;
        return;
      case 'start':
      case 'kept':
      case 'warning':
    }
  }

  const inTurn = callsInTurn(write);
  return {
    push(parts) {
      text = '';
      for (const part of parts) if (!over) inTurn(part);
      return text;
    },
    ping: () => ping,
  };
}
