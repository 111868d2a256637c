import { withoutEnd } from '../core/patterns/without-end.ts';

/**
 * Four short forms of an answer: an equation at the end, a yes or no, the letter of an option, or what follows "it is".
 */
const equation = /=\s*([-+]?[\d.,]+)$/u;
const assent = /^(yes|no|true|false)(?=$|\s*[,.;:!–—])/iu;
const option = /^\(?([A-Z])(?:[).:]\s*\S|[).:]?$)/u;
const statement =
  /^(?:it|that|this|the answer|the result|(?:the|its) [^.,;:!?]{1,60}?)(?:['’]s| is| are| was| were| equals)\s+(?!not\b)(.{1,40})$/iu;
/** Before a year or a time. */
const preposition = /^(?:in|on|at|by)\s+(?=\d)/iu;
/** More than three words: other words may mean the same. */
const sentence = /^\p{L}[\p{L}'’-]*,?(?:\s+[\p{L}'’-]+[,;:]?){3,}/u;

/**
 * Returns the content of a one-line answer without the words and marks around it. `undefined` for a sentence, whose
 * agreement with another cannot be judged by comparing letters.
 */
export function plainAnswer(line: string, question: string): string | undefined {
  const bare = withoutEnd(line.replaceAll(/\*\*|__|`/gu, '').trim(), /[.。]/);
  const result = equation.exec(bare)?.[1];
  if (result !== undefined) return result;
  const yesOrNo = assent.exec(bare)?.[1];
  if (yesOrNo !== undefined) return yesOrNo.toLowerCase();
  const letter = optionIn(bare, question);
  if (letter !== undefined) return letter;
  const tail = statement.exec(bare)?.[1];
  if (tail !== undefined && !sentence.test(tail)) return tail.replace(preposition, '');
  return sentence.test(bare) ? undefined : bare.replace(preposition, '');
}

/** Returns the letter of the option that an answer names, if the question offers it. */
export function optionIn(answer: string, question: string): string | undefined {
  const letter = option.exec(answer)?.[1];
  return letter !== undefined && offers(question, letter) ? letter : undefined;
}

function offers(question: string, letter: string): boolean {
  return new RegExp(String.raw`(?:^|[\s(])${letter}[).:]`, 'u').test(question);
}
