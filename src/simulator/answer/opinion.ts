import { chance } from '../chance.ts';
import { errorRate, errs, mistake } from './judgement.ts';
import type { Prompt } from './prompt.ts';
import { contentWords } from './words.ts';

/**
 * Which of the options a model takes. There is one right option per question, the same for all models, and each
 * misses it as often as its skill and the question's difficulty say; a prompt may give both away with
 * `[[answer: …]]` and `[[difficulty: 0.8]]`, so that an exam with known answers can be simulated.
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

/** What the question is about, whatever its punctuation and order of politeness. */
export function topicOf({ question }: Prompt): string {
  return contentWords(question.replaceAll(/\[\[.*?\]\]/g, '')).join(' ');
}

/** The answer that the prompt itself gives away for the simulation's sake. */
export function keyIn({ everything }: Prompt): string | undefined {
  return /\[\[answer:\s*([^\]]+?)\s*\]\]/i.exec(everything)?.[1];
}

/** Given away as well, or guessed from the length: long questions are harder. */
function difficultyOf({ everything }: Prompt): number {
  const given = /\[\[difficulty:\s*([\d.]+)\s*\]\]/i.exec(everything)?.[1];
  return given === undefined ? Math.min(0.8, 0.3 + everything.length / 20_000) : Math.min(1, Number(given));
}
