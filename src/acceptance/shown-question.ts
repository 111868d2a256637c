import type { ContentPart, Message, ToolResultPart } from '../core/wire/content.ts';

/**
 * How many characters of a tool result are shown, taken from both ends, and of all results together. Later results have
 * priority.
 */
const maxOfOne = 4_000;
const maxOfAll = 32_000;

/** Renders a conversation as lines for a judge, including the tool calls and their results. */
export function shownQuestion(messages: readonly Message[]): string {
  const names = new Map(
    messages.flatMap(({ content }) =>
      content.flatMap((part) => (part.type === 'tool-call' ? [[part.id, part.name] as const] : [])),
    ),
  );
  let left = maxOfAll;
  const result = ({ callId, content, isError }: ToolResultPart) => {
    const whole = content.map(plainText).join('\n');
    const text = clipped(whole, Math.min(maxOfOne, left));
    left = Math.max(0, left - text.length);
    return `(${isError ? 'error' : 'result'} of ${names.get(callId) ?? 'a tool'}: ${text})`;
  };
  const line = (role: string, part: ContentPart) =>
    `${role}: ${part.type === 'tool-result' ? result(part) : plainText(part)}`;
  return messages
    .toReversed()
    .flatMap(({ role, content }) => content.toReversed().map((part) => line(role, part)))
    .toReversed()
    .join('\n');
}

function plainText(part: ContentPart): string {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return part.text;
    case 'tool-call':
      return `(calls ${part.name} with ${part.arguments})`;
    case 'document':
      return part.source.kind === 'text' ? part.source.text : '(document)';
    default:
      return `(${part.type})`;
  }
}

function clipped(text: string, most: number): string {
  if (text.length <= most) return text;
  const head = Math.floor(most * 0.75);
  const tail = most - head;
  const between = `… ${text.length - most} characters left out …`;
  return most === 0 ? between : `${text.slice(0, head)}\n${between}\n${tail === 0 ? '' : text.slice(-tail)}`;
}
