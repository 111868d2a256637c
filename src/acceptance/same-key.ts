import { answerKey, unwrapped } from '../learning/prompts/answer-key.ts';
import { isSameNumber, writtenNumber } from './rationals.ts';

/**
 * Returns the key by which short answers are compared. Unlike `answerKey` it keeps what two answers may differ in: a
 * percent sign, and a dot or comma before three digits, which may separate thousands.
 */
export function comparableKey(answer: string | undefined): string | undefined {
  const bare = unwrapped(answer?.trim() ?? '');
  if (/^-?\d{1,3}[.,]\d{3}$/.test(bare)) return bare;
  const key = answerKey(bare);
  return key !== undefined && /^[-+]?[\d.]+$/.test(key) && /%\$?$/.test(bare) ? `${key}%` : key;
}

/**
 * Whether two keys are the same answer: numbers by value, structures and words by letter. `undefined` if that is
 * unknown: one answer only has more words, the words of a list stand in another order, or a number can be read in two
 * ways.
 */
export function isSameKey(one: string, other: string): boolean | undefined {
  if (one === other) return true;
  const [number, otherNumber] = [writtenNumber(one), writtenNumber(other)];
  if (number && otherNumber) return isSameNumber(number, otherNumber);
  if (structured.test(one) || structured.test(other)) return false;
  return isOptionAndText(one, other) || mayMeanTheSame(one, other) ? undefined : false;
}

const structured = /[[\]{}"\\]/;

/** The letter of an option, and perhaps its text. */
function isOptionAndText(one: string, other: string): boolean {
  const [letter, text] = one.length <= other.length ? [one, other] : [other, one];
  return /^[A-Z]$/.test(letter) && /\p{L}{4}/u.test(text);
}

function mayMeanTheSame(one: string, other: string): boolean {
  if (isNegated(one) !== isNegated(other) || signsIn(one) !== signsIn(other)) return false;
  const [few, many] = [wordsOf(one), wordsOf(other)].sort((a, b) => a.length - b.length);
  if (!few || !many || few.length === 0) return false;
  const sameNumbers = numbersIn(few).join(' ') === numbersIn(many).join(' ');
  if (!sameNumbers) return false;
  const isContained = areAmong(few, many);
  const hasNumbers = numbersIn(many).length > 0;
  if (isContained) {
    const isInOrder = few.length < many.length || few.every((word, at) => word === many[at]);
    const isList = /[,;]/.test(one) || /[,;]/.test(other);
    return isInOrder || ((isList || hasNumbers) && signsIn(one) === '');
  }
  // One number in two sentences; a single other word (a unit, "pm") makes another answer.
  const isOneWordApart =
    few.length === many.length && few.filter((word, at) => word !== many[at]).length === 1;
  return hasNumbers && !isOneWordApart;
}

/** Whether each word is also among the others, as often as here. */
function areAmong(words: readonly string[], others: readonly string[]): boolean {
  const left = new Map<string, number>();
  for (const word of others) left.set(word, (left.get(word) ?? 0) + 1);
  return words.every((word) => {
    const count = left.get(word) ?? 0;
    left.set(word, count - 1);
    return count > 0;
  });
}

function wordsOf(key: string): string[] {
  return key.toLowerCase().match(/[\p{L}\p{M}]+|\p{N}+/gu) ?? [];
}

function numbersIn(words: readonly string[]): string[] {
  return words.filter((word) => /^\p{N}/u.test(word));
}

/** Returns the signs that are no punctuation: operators, those of `C++` and `C#`, and a minus. */
function signsIn(key: string): string {
  return (key.match(/[+#<>=*/^|&~≤≥≠±×÷]|(?<![\p{L}\p{N}])[-−](?=\s*[\p{L}\p{N}])/gu) ?? []).join('');
}

function isNegated(key: string): boolean {
  return no.test(key);
}

const no =
  /n['’]t(?!\p{L})|(?<!\p{L})(?:no|not|never|none|nor|without|cannot|nicht|kein\p{L}*|pas|non|nunca|не)(?!\p{L})/iu;
