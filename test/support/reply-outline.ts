import { completionTokens, promptTokens } from '../../src/core/money/usage.ts';
import type { StreamPart } from '../../src/core/wire/stream-part.ts';
import type { Usage } from '../../src/core/money/usage.ts';
import { parsedOrText } from '../../src/dialects/tools/parsed-or-text.ts';
import type { Expectation } from './recorded-replies.ts';

/** What a client learns from these parts, in the terms that the recordings' expectations use. */
export function outlineOf(parts: readonly StreamPart[]): Expectation {
  const texts = { 'text-delta': '', 'reasoning-delta': '', 'refusal-delta': '' };
  const calls = new Map<number, { name: string; text: string }>();
  const counts = { citation: 0, image: 0, opaque: 0 };
  const signed = new Set<number>();
  let usage: Expectation['usage'] = null;
  let finish: string | null = null;
  let error: Expectation['error'];
  for (const part of parts) {
    switch (part.type) {
      case 'text-delta':
      case 'reasoning-delta':
      case 'refusal-delta':
        texts[part.type] += part.text;
        break;
      case 'tool-call-start':
        calls.set(part.index, { name: part.name, text: '' });
        break;
      case 'tool-call-delta': {
        const call = calls.get(part.index);
        if (call === undefined) throw new Error(`arguments for block ${part.index}, which is no tool call`);
        call.text += part.text;
        break;
      }
      case 'reasoning-signature':
      case 'reasoning-redacted':
        signed.add(part.index);
        break;
      case 'citation':
      case 'image':
        counts[part.type] += 1;
        break;
      case 'opaque':
        // OpenAI's log probabilities and additional choices are also carried in opaque parts; they are not tools.
        if (typeof part.value.type === 'string' || part.dialect !== 'openai-chat') counts.opaque += 1;
        break;
      case 'usage':
        usage = usageOutline(part.usage);
        break;
      case 'finish':
        finish = part.reason.replace('-', '_');
        break;
      case 'error':
        error = part.error.code;
        break;
      case 'start':
      case 'warning':
        break;
    }
  }
  return {
    text: texts['text-delta'],
    reasoning: texts['reasoning-delta'],
    refusal: texts['refusal-delta'],
    signatures: signed.size,
    toolCalls: [...calls.values()].map(({ name, text }) => ({ name, args: parsedOrText(text) })),
    finish,
    usage,
    serverTools: counts.opaque,
    citations: counts.citation,
    imagesOut: counts.image,
    ...(error === undefined ? {} : { error }),
  };
}

function usageOutline(usage: Usage): Expectation['usage'] {
  return {
    input: promptTokens(usage),
    output: completionTokens(usage),
    cacheRead: usage.cacheRead,
    cacheWrite: usage.cacheWrite + usage.cacheWriteLong,
    reasoning: usage.reasoning,
  };
}
