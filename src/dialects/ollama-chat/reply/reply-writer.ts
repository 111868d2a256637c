import type { ReplyContext, ReplyWriter } from '../../../core/wire/dialect.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { BlockPart } from '../../../core/wire/stream-part.ts';
import { streamWriter, TextStream } from '../../replies/stream-writer.ts';
import { head, tail, writeCall } from './write-reply.ts';

/** Writes lines of JSON, each of them a small answer of its own. */
export function replyWriter(context: ReplyContext): ReplyWriter {
  const opening = JSON.stringify(head(context)).slice(0, -1);
  const beforeText = `${opening},"message":{"role":"assistant","content":`;
  const beforeThought = `${beforeText}"","thinking":`;
  const calls = new Map<number, { id: string; name: string; arguments: string }>();
  const stream = new TextStream();

  const line = (rest: JsonObject) => stream.write(`${opening},${JSON.stringify(rest).slice(1)}\n`);

  /** Writes the calls, which are whole here and therefore wait for their last piece. */
  function heldCalls(): void {
    const tool_calls = [...calls.values()].map(writeCall);
    if (tool_calls.length > 0) line({ message: { role: 'assistant', content: '', tool_calls }, done: false });
  }

  function content(part: BlockPart): void {
    switch (part.type) {
      case 'text-delta':
      case 'refusal-delta':
        return stream.write(`${beforeText}${JSON.stringify(part.text)}},"done":false}\n`);
      case 'reasoning-delta':
        return stream.write(`${beforeThought}${JSON.stringify(part.text)}},"done":false}\n`);
      case 'tool-call-start':
        calls.set(part.index, { id: part.id, name: part.name, arguments: '' });
        return;
      case 'tool-call-delta': {
        const call = calls.get(part.index);
        if (call) call.arguments += part.text;
        return;
      }
      default:
      // Proofs, citations and other dialects' own blocks cannot be expressed here.
    }
  }

  // An empty line would break clients that parse every line, so there is no ping.
  return streamWriter(stream, {
    content,
    finish({ reason }) {
      heldCalls();
      line({ message: { role: 'assistant', content: '' }, ...tail(reason, stream.usage) });
    },
    error: ({ message }) => stream.write(`${JSON.stringify({ error: message })}\n`),
  });
}
