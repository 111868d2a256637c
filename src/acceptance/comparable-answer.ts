import { replyText, type CollectedReply } from '../core/wire/collected-reply.ts';
import type { ModelRequest } from '../core/wire/request.ts';
import { answerOf } from './answer-of.ts';
import { isSameKey } from './same-key.ts';

/** An answer in comparable form: its final answer, or the words of free text. */
export type ComparableAnswer = { readonly answer: string } | { readonly words: string };

/** Returns an answer in comparable form; `undefined` if there is nothing to compare. */
export function comparableAnswer(
  reply: CollectedReply,
  request: Pick<ModelRequest, 'output' | 'messages'>,
): ComparableAnswer | undefined {
  const answer = answerOf(reply, request);
  if (answer !== undefined) return { answer };
  const words = replyText(reply).toLowerCase().replaceAll(separators, ' ').trim();
  return words === '' ? undefined : { words };
}

const separators = /[^\p{L}\p{N}]+/gu;

/** Whether two answers are the same; `undefined` if that is unknown: other words, or more of them, may mean the same. */
export function isSameAnswer(
  one: ComparableAnswer | undefined,
  other: ComparableAnswer | undefined,
): boolean | undefined {
  if (one === undefined || other === undefined) return undefined;
  if ('answer' in one) return 'answer' in other ? isSameKey(one.answer, other.answer) : undefined;
  return 'words' in other && one.words === other.words ? true : undefined;
}

/** Longer free text is not expected to be repeated word for word. */
const maxRepeatedChars = 300;

/** Whether another answer can be expected to match this one if both are right. */
export function mayAgree(reply: CollectedReply, request: Pick<ModelRequest, 'output' | 'messages'>): boolean {
  const comparable = comparableAnswer(reply, request);
  return comparable !== undefined && ('answer' in comparable || comparable.words.length <= maxRepeatedChars);
}

/** Whether another answer can be seen to differ; free text in other words may mean the same. */
export function mayDiffer(
  reply: CollectedReply,
  request: Pick<ModelRequest, 'output' | 'messages'>,
): boolean {
  return answerOf(reply, request) !== undefined;
}
