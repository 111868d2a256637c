import { replyText, type CollectedReply } from '../core/collected-reply.ts';
import type { ModelRequest } from '../core/request.ts';
import { answerKey, finalAnswer } from '../learning/answer-key.ts';

/**
 * What two answers must share to agree: the calls of tools, the JSON that was asked for, or the final answer that the
 * text marks. `undefined` for free text, of which nobody can say by letters whether it agrees.
 */
export function answerOf(reply: CollectedReply, { output }: ModelRequest): string | undefined {
  const calls = reply.blocks.flatMap((block) =>
    block.type === 'tool-call' ? [`${block.name} ${canonical(block.arguments) ?? block.arguments}`] : [],
  );
  if (calls.length > 0) return calls.sort().join('\n');
  const text = replyText(reply);
  if (output !== undefined) return canonical(text);
  const final = finalAnswer(text);
  return answerKey(equationsResult(final ?? text) ?? final);
}

/** `12 * 3 = 36` at the end of an answer. */
function equationsResult(text: string): string | undefined {
  return /=\s*\**\s*([-+]?[\d.,]+)\s*\**[.\s]*$/.exec(text.slice(-200))?.[1];
}

/** JSON in one spelling: members in order, no spaces. */
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
