import type { ReplyContext, ReplyWriter } from '../../core/wire/dialect.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import type { Usage } from '../../core/money/usage.ts';
import { declaredTools } from '../freeform-tool.ts';
import { objectOf } from '../loose-fields.ts';
import { openAiError } from '../openai-errors/write-error.ts';
import { sseEvent, ssePing } from '../sse.ts';
import { citedText } from './cited-text.ts';
import { customCall, type CustomCall } from './custom-call.ts';
import { writeFinishReason } from './finish-reason.ts';
import { callSignatures } from './google-signature.ts';
import { writeImage, writeRedacted, writeSignature } from './reply-pieces.ts';
import { writeUsage } from './usage.ts';

/** Writes `chat.completion.chunk` events. The envelope is built once; a chunk costs one JSON string. */
export function replyWriter(context: ReplyContext): ReplyWriter {
  const envelope = JSON.stringify({
    id: context.id,
    object: 'chat.completion.chunk',
    created: Math.floor(context.createdAt / 1000),
    model: context.model,
  }).slice(0, -1);
  const includeUsage = context.request.includeUsage === true;
  const tail = includeUsage ? ',"usage":null}\n\n' : '}\n\n';
  const beforeDelta = `data: ${envelope},"choices":[{"index":0,"delta":`;
  const afterDelta = `,"logprobs":null,"finish_reason":null}]${tail}`;
  const declared = declaredTools(context.request);
  const signatures = callSignatures();
  const cited = citedText();
  const calls = new Map<number, number>();
  const customs = new Map<number, CustomCall>();
  /** The block of the call in the older form; there is only one. */
  let functionBlock: number | undefined;
  let begun = false;
  let over = false;
  let thought = false;
  let usage: Usage | undefined;

  const chunk = (delta: string) => beforeDelta + delta + afterDelta;
  const member = (name: string, value: JsonValue) => chunk(`{"${name}":${JSON.stringify(value)}}`);
  const choice = (value: JsonObject) => `data: ${envelope},"choices":[${JSON.stringify(value)}]${tail}`;
  const inputDelta = (block: number, text: string) =>
    text === '' ? '' : callDelta(block, `"custom":{"input":${JSON.stringify(text)}}`);
  const callDelta = (block: number, rest: string) =>
    chunk(`{"tool_calls":[{"index":${calls.get(block)},${rest}}]}`);

  const besideCall = (id: string) => {
    const beside = signatures.beside(id);
    return 'extra_content' in beside ? `,"extra_content":${JSON.stringify(beside.extra_content)}` : '';
  };

  function write(part: StreamPart): string {
    switch (part.type) {
      case 'start':
      case 'kept':
      case 'warning':
        return '';
      case 'text-delta':
        cited.say(part.index, part.text);
        return member('content', part.text);
      case 'reasoning-delta':
        thought = true;
        return member('reasoning_content', part.text);
      case 'reasoning-signature':
        thought = true;
        signatures.note(part.signature);
        return member('reasoning_details', [writeSignature(part.signature)]);
      case 'reasoning-redacted':
        thought = true;
        return member('reasoning_details', [writeRedacted(part.data)]);
      case 'tool-call-start':
        if (declared.get(part.name)?.type === 'legacy-function') {
          functionBlock = part.index;
          return member('function_call', { name: part.name, arguments: '' });
        }
        calls.set(part.index, calls.size);
        if (declared.get(part.name)?.type === 'custom') {
          customs.set(part.index, customCall());
          return callDelta(
            part.index,
            `"id":${JSON.stringify(part.id)},"type":"custom","custom":{"name":${JSON.stringify(part.name)},"input":""}`,
          );
        }
        return callDelta(
          part.index,
          `"id":${JSON.stringify(part.id)},"type":"function","function":{"name":${JSON.stringify(part.name)},"arguments":""}${besideCall(part.id)}`,
        );
      case 'tool-call-delta': {
        if (part.index === functionBlock) return member('function_call', { arguments: part.text });
        const custom = customs.get(part.index);
        if (custom) return inputDelta(part.index, custom.add(part.text));
        return callDelta(part.index, `"function":{"arguments":${JSON.stringify(part.text)}}`);
      }
      case 'refusal-delta':
        return member('refusal', part.text);
      case 'citation':
        cited.cite(part.index, part.citation);
        return '';
      case 'image':
        return member('images', [writeImage(part.mediaType, part.data)]);
      case 'opaque':
        return part.dialect === 'openai-chat' ? writeOpaque(part.value) : '';
      case 'usage':
        usage = part.usage;
        return '';
      case 'finish':
        over = true;
        return (
          [...customs].map(([block, custom]) => inputDelta(block, custom.rest())).join('') +
          choice({
            index: 0,
            delta: {},
            logprobs: null,
            finish_reason: writeFinishReason(part.reason, functionBlock !== undefined),
          }) +
          (includeUsage
            ? `data: ${envelope},"choices":[],"usage":${JSON.stringify(usage ? writeUsage(usage, thought) : null)}}\n\n`
            : '') +
          sseEvent('[DONE]')
        );
      case 'error':
        over = true;
        return sseEvent(JSON.stringify({ error: openAiError(part.error) }));
    }
  }

  function writeOpaque(value: JsonObject): string {
    if (isJsonObject(value.choice)) return choice(value.choice);
    if (isJsonObject(value.logprobs)) {
      return choice({ index: 0, delta: {}, logprobs: value.logprobs, finish_reason: null });
    }
    return chunk(JSON.stringify(objectOf(value.delta)));
  }

  return {
    push(parts) {
      let text = '';
      for (const part of parts) {
        if (over) break;
        if (!begun && part.type !== 'error') {
          begun = true;
          text += chunk('{"role":"assistant","content":"","refusal":null}');
        }
        const annotations = cited.endedBy(part);
        if (annotations) text += member('annotations', annotations);
        text += write(part);
      }
      return text;
    },
    ping: () => ssePing,
  };
}
