import { chance } from '../chance.ts';
import { errorRate, errs, mistake } from './judgement.ts';
import { onceForPrompt } from './once-for-prompt.ts';
import type { Prompt } from './prompt.ts';
import { contentWords } from './words.ts';

/**
 * Returns the option that a model chooses. Each question has one right option, the same for all models, and each model
 * misses it at the rate given by its skill and the question's difficulty. A prompt can set both with `[[answer: …]]`
 * and `[[difficulty: 0.8]]`, in order to simulate an exam with known answers.
 */
export function opinion(prompt: Prompt, options: readonly string[]): string {
  const { world, character } = prompt;
  const topic = topicOf(prompt);
  const known = keyIn(prompt);
  const right =
    (known === undefined
      ? undefined
      : options.find((option) => option.toLowerCase() === known.toLowerCase())) ??
    options[Math.floor(chance(world.seed, 'right', topic, options.length) * options.length)] ??
    '';
  if (!errs(world, character.name, topic, errorRate(character.skill, difficultyOf(prompt)))) return right;
  const wrong = options.filter((option) => option !== right);
  return wrong[Math.floor(mistake(world, character.name, topic) * wrong.length)] ?? right;
}

/** The topic of a question, ignoring punctuation and polite phrases. */
export const topicOf = onceForPrompt(({ question }): string =>
  contentWords(question.replaceAll(/\[\[.*?\]\]/g, '')).join(' '),
);

/** The answer key that the prompt carries for the simulation. */
export function keyIn({ everything }: Prompt): string | undefined {
  return /\[\[answer:\s*([^\]]+?)\s*\]\]/i.exec(everything)?.[1];
}

/** Set in the prompt, or estimated from the length: long questions are harder. */
function difficultyOf({ everything }: Prompt): number {
  const given = /\[\[difficulty:\s*([\d.]+)\s*\]\]/i.exec(everything)?.[1];
  return given === undefined ? Math.min(0.8, 0.3 + everything.length / 20_000) : Math.min(1, Number(given));
}
