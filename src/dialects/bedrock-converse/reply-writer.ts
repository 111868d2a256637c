import type { ReplyWriter } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import type { Usage } from '../../core/money/usage.ts';
import { awsEvent } from '../aws-event-stream.ts';
import { callsInTurn } from '../calls-in-turn.ts';
import { objectOf } from '../loose-fields.ts';
import { writeCitation } from './citation.ts';
import { exceptionOf } from './errors.ts';
import { writeMedia } from './media.ts';
import { writeFinishReason } from './finish-reason.ts';
import { writeUsage } from './usage.ts';

/** Writes parts as ConverseStream's frames: blocks numbered from 0, each closed before the next begins. */
export function replyWriter(): ReplyWriter {
  let frames: Uint8Array[] = [];
  let started = false;
  let over = false;
  let refused = false;
  let usage: Usage | undefined;
  let blocks = 0;
  /** The part index of the open block. */
  let open: number | undefined;

  function send(name: string, body: JsonObject): void {
    const headers = {
      ':event-type': name,
      ':content-type': 'application/json',
      ':message-type': 'event',
    };
    frames.push(awsEvent(headers, JSON.stringify(body)));
  }

  function close(): void {
    if (open === undefined) return;
    send('contentBlockStop', { contentBlockIndex: blocks - 1 });
    open = undefined;
  }

  function begin(index: number, start?: JsonObject): void {
    if (!started) send('messageStart', { role: 'assistant' });
    started = true;
    close();
    open = index;
    if (start !== undefined) send('contentBlockStart', { contentBlockIndex: blocks, start });
    blocks += 1;
  }

  function delta(index: number, change: JsonObject): void {
    if (open !== index) begin(index);
    send('contentBlockDelta', { contentBlockIndex: blocks - 1, delta: change });
  }

  /** Writes a call or result of a tool of Bedrock's. */
  function whole(index: number, { toolUse, toolResult }: JsonObject): void {
    if (isJsonObject(toolUse)) {
      const { input, ...start } = toolUse;
      begin(index, { toolUse: start });
      delta(index, { toolUse: { input: JSON.stringify(input ?? {}) } });
    } else if (isJsonObject(toolResult)) {
      const { content, ...start } = toolResult;
      begin(index, { toolResult: start });
      delta(index, { toolResult: content });
    }
    close();
  }

  function finish(part: Extract<StreamPart, { type: 'finish' }>): void {
    if (!started) send('messageStart', { role: 'assistant' });
    close();
    send('messageStop', { stopReason: refused ? 'content_filtered' : writeFinishReason(part) });
    if (usage) send('metadata', { usage: writeUsage(usage), metrics: { latencyMs: 0 } });
    over = true;
  }

  function fail({ error }: Extract<StreamPart, { type: 'error' }>): void {
    const exception = exceptionOf(error);
    const headers = {
      ':exception-type': exception.charAt(0).toLowerCase() + exception.slice(1),
      ':content-type': 'application/json',
      ':message-type': 'exception',
    };
    frames.push(awsEvent(headers, JSON.stringify({ message: error.message })));
    over = true;
  }

  function write(part: StreamPart): void {
    switch (part.type) {
      case 'text-delta':
        return delta(part.index, { text: part.text });
      case 'refusal-delta':
        refused = true;
        return delta(part.index, { text: part.text });
      case 'reasoning-delta':
        return delta(part.index, { reasoningContent: { text: part.text } });
      case 'reasoning-signature':
        return delta(part.index, { reasoningContent: { signature: part.signature } });
      case 'reasoning-redacted': {
        const redactedContent = Buffer.from(part.data).toString('base64');
        return delta(part.index, { reasoningContent: { redactedContent } });
      }
      case 'tool-call-start':
        return begin(part.index, { toolUse: { toolUseId: part.id, name: part.name } });
      case 'tool-call-delta':
        return delta(part.index, { toolUse: { input: part.text } });
      case 'citation':
        return delta(part.index, { citation: writeCitation(part.citation) });
      case 'image': {
        const image = writeMedia({ kind: 'base64', mediaType: part.mediaType, data: part.data }, 'An image');
        begin(part.index, { image: { format: image.format } });
        return delta(part.index, { image: { source: objectOf(image.source), format: image.format } });
      }
      case 'opaque':
        if (part.dialect === 'bedrock-converse') whole(part.index, part.value);
        return;
      case 'usage':
        usage = part.usage;
        return;
      case 'finish':
        return finish(part);
      case 'error':
        return fail(part);
      case 'start':
      case 'kept':
      case 'warning':
    }
  }

  const inTurn = callsInTurn(write);
  return {
    push(parts) {
      frames = [];
      for (const part of parts) if (!over) inTurn(part);
      return frames.length === 0 ? '' : Buffer.concat(frames);
    },
    // An event stream has no frame without meaning.
    ping: () => '',
  };
}
