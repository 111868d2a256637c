import { replyText, type CollectedReply } from '../core/wire/collected-reply.ts';
import type { ModelRequest } from '../core/wire/request.ts';
import { markedAnswer } from '../learning/prompts/answer-key.ts';
import { optionIn, plainAnswer } from './plain-answer.ts';
import { comparableKey } from './same-key.ts';

const longestLine = 80;

/**
 * Returns what two answers must share to agree: the tool calls, JSON, the final answer that the text marks, or the
 * content of one short line. `undefined` for free text, whose agreement cannot be judged by comparing letters.
 */
export function answerOf(
  reply: CollectedReply,
  { output, messages }: Pick<ModelRequest, 'output' | 'messages'>,
): string | undefined {
  const calls = reply.blocks.flatMap((block) =>
    block.type === 'tool-call' ? [`${block.name} ${canonical(block.arguments) ?? block.arguments}`] : [],
  );
  if (calls.length > 0) return calls.sort().join('\n');
  const text = replyText(reply).trim();
  if (output !== undefined) return canonical(text);
  const marked = markedAnswer(text);
  if (marked !== undefined) {
    return comparableKey(equationsResult(marked) ?? optionIn(marked, wordsOf(messages)) ?? asAssent(marked));
  }
  const json = /^(?:```(?:json)?\s*)?([[{][\s\S]*[\]}])\s*(?:```)?$/.exec(text)?.[1];
  const data = json === undefined ? undefined : canonical(json);
  if (data !== undefined) return comparableKey(data);
  const isLine = text.length > 0 && text.length <= longestLine && !text.includes('\n');
  return comparableKey(isLine ? plainAnswer(text, wordsOf(messages)) : equationsResult(text));
}

/** The result of an equation at the end of an answer, as in `12 * 3 = 36`. */
function equationsResult(text: string): string | undefined {
  return /=\s*\**\s*([-+]?[\d.,]+)\s*\**[.\s]*$/.exec(text.slice(-200))?.[1];
}

function asAssent(marked: string): string {
  return /^(?:yes|no|true|false)$/i.test(marked) ? marked.toLowerCase() : marked;
}

/** The text of the last user message. */
function wordsOf(messages: ModelRequest['messages']): string {
  const last = messages.findLast(({ role }) => role === 'user');
  return last?.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n') ?? '';
}

/** JSON in canonical form: sorted members, no whitespace. */
function canonical(text: string): string | undefined {
  try {
    return JSON.stringify(sorted(JSON.parse(text)));
  } catch {
    return undefined;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
