import type { ReplyContext, ReplyWriter } from '../../../core/wire/dialect.ts';
import type { ConclaveError } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import { noUsage } from '../../../core/money/usage.ts';
import type { BlockPart, FinishPart, StreamPart } from '../../../core/wire/stream-part.ts';
import { BlockWriter } from '../../replies/block-writer.ts';
import { noProof } from '../../reasoning/sealed-reasoning.ts';
import { sseEvent } from '../../replies/sse.ts';
import { streamWriter, TextStream } from '../../replies/stream-writer.ts';
import { writeCitation } from './citation.ts';
import { finishReason } from './finish-reason.ts';
import { writeUsage } from './usage.ts';
import { errorBody } from './write-error.ts';
import { emptyReply, imageNote, stopDetails } from './write-reply.ts';

const ping = sseEvent('{"type": "ping"}', 'ping');

/** What blocks that grow from nothing begin with. */
const emptyBlocks: Readonly<Record<string, JsonObject>> = {
  text: { type: 'text', text: '' },
  thinking: { type: 'thinking', thinking: '', signature: '' },
};

/** Writes parts as Anthropic's events. */
export function replyWriter(context: ReplyContext): ReplyWriter {
  const stream = new TextStream();
  const blocks = new BlockWriter({ start, open, close });
  let refusal = '';
  let refusalIndex = 0;
  let container: JsonObject | undefined;
  /** Whether the open thought has its proof. */
  let proven = false;

  function send(event: JsonObject & { type: string }): void {
    stream.write(sseEvent(JSON.stringify(event), event.type));
  }

  function start(): void {
    // Most providers count at the end; clients show their users what the first event says until then.
    const usage = writeUsage(stream.usage ?? { ...noUsage, input: context.promptEstimate ?? 0 });
    send({ type: 'message_start', message: { ...emptyReply(context), usage } });
  }

  function open(index: number, type: string, block = emptyBlocks[type] ?? {}): void {
    send({ type: 'content_block_start', index, content_block: block });
  }

  function close(index: number, type: string): void {
    if (type === 'thinking' && !proven) delta('signature_delta', 'signature', noProof);
    proven = false;
    send({ type: 'content_block_stop', index });
  }

  /** Most of a stream consists of this delta, so it is written without `JSON.stringify` for the whole event. */
  function delta(type: string, member: string, value: string): void {
    stream.write(
      `event: content_block_delta\ndata: {"type":"content_block_delta","index":${blocks.number},"delta":{"type":"${type}","${member}":${JSON.stringify(value)}}}\n\n`,
    );
  }

  function whole(index: number, block: JsonObject): void {
    const { input, ...rest } = block;
    blocks.open('whole', index, input === undefined ? block : { ...rest, input: {} });
    if (input !== undefined) delta('input_json_delta', 'partial_json', JSON.stringify(input));
    blocks.close();
  }

  function content(part: BlockPart): void {
    switch (part.type) {
      case 'text-delta':
        blocks.enter('text', part.index);
        return delta('text_delta', 'text', part.text);
      case 'refusal-delta':
        // Held until the finish, which shows whether this is Anthropic's own explanation.
        refusal += part.text;
        refusalIndex = part.index;
        return;
      case 'reasoning-delta':
        blocks.enter('thinking', part.index);
        return delta('thinking_delta', 'thinking', part.text);
      case 'reasoning-signature':
        blocks.enter('thinking', part.index);
        proven = true;
        return delta('signature_delta', 'signature', part.signature);
      case 'reasoning-redacted':
        return whole(part.index, { type: 'redacted_thinking', data: part.data });
      case 'tool-call-start': {
        const { index, id, name } = part;
        return blocks.open('tool_use', index, { type: 'tool_use', id, name, input: {} });
      }
      case 'tool-call-delta':
        return delta('input_json_delta', 'partial_json', part.text);
      case 'citation':
        blocks.enter('text', part.index);
        return send({
          type: 'content_block_delta',
          index: blocks.number,
          delta: { type: 'citations_delta', citation: writeCitation(part.citation) },
        });
      case 'image':
        // Clients read text from deltas, not from the start of a block.
        blocks.enter('text', part.index);
        delta('text_delta', 'text', imageNote(part.mediaType));
        return blocks.close();
      case 'opaque':
        if (part.dialect === 'anthropic-messages') whole(part.index, part.value);
    }
  }

  function sayRefusal(): void {
    if (refusal === '') return;
    blocks.enter('text', refusalIndex);
    delta('text_delta', 'text', refusal);
  }

  function finish(part: FinishPart): void {
    blocks.start();
    const refused = refusal !== '';
    // A refusal without an explanation of Anthropic's is written as text.
    const explained = part.raw === 'refusal' && refused;
    if (!explained) sayRefusal();
    blocks.close();
    send({
      type: 'message_delta',
      delta: {
        stop_reason: refused ? 'refusal' : finishReason.write(part),
        stop_sequence: null,
        ...(explained && stopDetails(refusal)),
        ...(container && { container }),
      },
      usage: writeUsage(stream.usage ?? noUsage),
    });
    send({ type: 'message_stop' });
  }

  /** A stream tells its container with its end. */
  function kept(part: Extract<StreamPart, { type: 'kept' }>): void {
    container = part.container ?? container;
  }

  function fail(error: ConclaveError): void {
    sayRefusal();
    send({ ...errorBody(error), type: 'error' });
  }

  return streamWriter(stream, { content, kept, finish, error: fail }, { inTurn: true, ping });
}
