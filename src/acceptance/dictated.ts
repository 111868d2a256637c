import type { ModelRequest } from '../core/wire/request.ts';

/**
 * Whether the prompt itself contains the words that an answer begins with, as in "reply exactly: I cannot answer this
 * from the context". Such an answer follows the instructions.
 */
export function isDictated(text: string, { messages }: Pick<ModelRequest, 'messages'>): boolean {
  const words = wordsOf(firstSentence(text));
  if (words.trim() === '') return false;
  return messages.some(
    ({ role, content }) =>
      role !== 'assistant' &&
      content.some((part) => part.type === 'text' && wordsOf(part.text).includes(words)),
  );
}

function firstSentence(text: string): string {
  const trimmed = text.replace(/^[^\p{L}\p{N}]+/u, '');
  const [sentence = ''] = trimmed.split(/(?<=[.!?])\s|[。！？\n]/u, 1);
  return sentence;
}

/** With a space before and after each word, so that no match starts or ends inside a word. */
function wordsOf(text: string): string {
  return ` ${text
    .toLowerCase()
    .replaceAll(/['’]/gu, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `;
}
