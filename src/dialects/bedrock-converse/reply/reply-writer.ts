import type { ReplyWriter } from '../../../core/wire/dialect.ts';
import type { ConclaveError } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import { isJsonObject } from '../../../core/json/json.ts';
import type { BlockPart, FinishPart } from '../../../core/wire/stream-part.ts';
import type { Usage } from '../../../core/money/usage.ts';
import { awsEvent } from '../../replies/aws-event-stream.ts';
import { BlockWriter } from '../../replies/block-writer.ts';
import { objectOf } from '../../fields/loose-fields.ts';
import { streamWriter } from '../../replies/stream-writer.ts';
import { writeCitation } from './citation.ts';
import { exceptionOf } from './errors.ts';
import { writeMedia } from '../media.ts';
import { redactedContent } from '../redacted-content.ts';
import { finishReason } from './finish-reason.ts';
import { writeUsage } from './usage.ts';

/** All blocks are of one type here: their deltas say what they are. */
const block = 'block';

/** Writes parts as ConverseStream's frames. */
export function replyWriter(): ReplyWriter {
  const stream = new FrameStream();
  const blocks = new BlockWriter({
    start: () => send('messageStart', { role: 'assistant' }),
    open(contentBlockIndex, _, start) {
      if (start !== undefined) send('contentBlockStart', { contentBlockIndex, start });
    },
    close: (contentBlockIndex) => send('contentBlockStop', { contentBlockIndex }),
  });
  let refused = false;

  function send(name: string, body: JsonObject): void {
    stream.write(
      { ':event-type': name, ':content-type': 'application/json', ':message-type': 'event' },
      body,
    );
  }

  function begin(index: number, start: JsonObject): void {
    blocks.open(block, index, start);
  }

  function delta(index: number, change: JsonObject): void {
    blocks.enter(block, index);
    send('contentBlockDelta', { contentBlockIndex: blocks.number, delta: change });
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
    blocks.close();
  }

  function content(part: BlockPart): void {
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
      case 'reasoning-redacted':
        return delta(part.index, { reasoningContent: redactedContent(part.data) });
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
    }
  }

  function finish(part: FinishPart): void {
    blocks.start();
    blocks.close();
    send('messageStop', { stopReason: refused ? 'content_filtered' : finishReason.write(part) });
    if (stream.usage) send('metadata', { usage: writeUsage(stream.usage), metrics: { latencyMs: 0 } });
  }

  function fail(error: ConclaveError): void {
    const exception = exceptionOf(error);
    const headers = {
      ':exception-type': exception.charAt(0).toLowerCase() + exception.slice(1),
      ':content-type': 'application/json',
      ':message-type': 'exception',
    };
    stream.write(headers, { message: error.message });
  }

  // An event stream has no frame without meaning, so there is no ping.
  return streamWriter(stream, { content, finish, error: fail }, { inTurn: true });
}

/** A stream of AWS's binary frames. */
class FrameStream {
  usage: Usage | undefined;
  #frames: Uint8Array[] = [];

  write(headers: Readonly<Record<string, string>>, body: JsonObject): void {
    this.#frames.push(awsEvent(headers, JSON.stringify(body)));
  }

  take(): string | Uint8Array {
    const taken = this.#frames;
    this.#frames = [];
    return taken.length === 0 ? '' : Buffer.concat(taken);
  }
}
