import { onceForPrompt } from './once-for-prompt.ts';
import { contentWords } from './words.ts';

/** The stems of the question's meaningful words. */
export const wordsAsked = onceForPrompt(
  ({ question }): ReadonlySet<string> => new Set(contentWords(question)),
);
