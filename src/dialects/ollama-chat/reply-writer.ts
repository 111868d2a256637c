import type { ReplyContext, ReplyWriter } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import type { Usage } from '../../core/money/usage.ts';
import { head, tail, writeCall } from './write-reply.ts';

/** Writes lines of JSON, each of them a small answer of its own. */
export function replyWriter(context: ReplyContext): ReplyWriter {
  const opening = JSON.stringify(head(context)).slice(0, -1);
  const calls = new Map<number, { id: string; name: string; arguments: string }>();
  let usage: Usage | undefined;
  let over = false;

  const said = (member: 'content' | 'thinking', text: string) =>
    member === 'content'
      ? `${opening},"message":{"role":"assistant","content":${JSON.stringify(text)}},"done":false}\n`
      : `${opening},"message":{"role":"assistant","content":"","thinking":${JSON.stringify(text)}},"done":false}\n`;
  const line = (rest: JsonObject) => `${opening},${JSON.stringify(rest).slice(1)}\n`;

  /** Writes the calls, which are whole here and therefore wait for their last piece. */
  function heldCalls(): string {
    const tool_calls = [...calls.values()].map(writeCall);
    return tool_calls.length === 0
      ? ''
      : line({ message: { role: 'assistant', content: '', tool_calls }, done: false });
  }

  function write(part: StreamPart): string {
    switch (part.type) {
      case 'text-delta':
      case 'refusal-delta':
        return said('content', part.text);
      case 'reasoning-delta':
        return said('thinking', part.text);
      case 'tool-call-start':
        calls.set(part.index, { id: part.id, name: part.name, arguments: '' });
        return '';
      case 'tool-call-delta': {
        const call = calls.get(part.index);
        if (call) call.arguments += part.text;
        return '';
      }
      case 'usage':
        usage = part.usage;
        return '';
      case 'finish':
        over = true;
        return (
          heldCalls() + line({ message: { role: 'assistant', content: '' }, ...tail(part.reason, usage) })
        );
      case 'error':
        over = true;
        return `${JSON.stringify({ error: part.error.message })}\n`;
      default:
        // Proofs, citations and other dialects' own blocks cannot be expressed here.
        return '';
    }
  }

  return {
    push(parts) {
      let text = '';
      for (const part of parts) {
        if (over) break;
        text += write(part);
      }
      return text;
    },
    // An empty line would break clients that parse every line.
    ping: () => '',
  };
}
