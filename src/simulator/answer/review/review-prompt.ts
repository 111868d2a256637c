import type { Prompt } from '../prompt.ts';
import { codeLinesIn, looseCodeIn, type CodeLine } from './code-lines.ts';
import { review, type Finding } from './review.ts';

const known = new WeakMap<object, Finding[]>();

/** Returns what this model finds in the prompt's code; empty without code. */
export function findingsFor(prompt: Prompt): Finding[] {
  const before = known.get(prompt.asked);
  if (before) return before;
  const findings = review(prompt.world, prompt.character, codeFor(prompt));
  known.set(prompt.asked, findings);
  return findings;
}

/** The code of the last turn that has any: a review is about the latest code. */
export function codeFor(prompt: Prompt): CodeLine[] {
  const { question, everything } = prompt;
  const latest = codeLinesIn(question);
  if (latest.length > 0) return latest;
  const earlier = codeLinesIn(everything);
  return earlier.length > 0 || !asksForReview(prompt) ? earlier : looseCodeIn(question);
}

/** Whether the words of a request ask for a review. */
export function asksForReview({ question, instructions }: Prompt): boolean {
  return reviewWords.test(withoutCode(question)) || reviewWords.test(instructions);
}

const reviewWords =
  /\b(?:review|audit|find (?:the |any )?(?:bugs?|issues?|problems?|defects?|vulnerabilit\w+)|what(?:'s| is) wrong|security|vulnerab\w+|code quality|critique|inspect)\b/i;

/** Only the text around the code says what the request wants. */
function withoutCode(text: string): string {
  return text.replaceAll(/(?:```|~~~)[^]*?(?:```|~~~)/g, ' ').slice(0, 4_000);
}
