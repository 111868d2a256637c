import { chance } from '../../chance.ts';
import { errorRate, errs } from '../judgement.ts';
import { keyIn } from '../opinion.ts';
import { evaluate } from '../prose/arithmetic.ts';
import type { Prompt } from '../prompt.ts';

/** An average difficulty of judging an answer. */
const difficulty = 0.5;

/**
 * Returns a judge's score, 0 to 100, for an answer shown between markers. Correctness comes from the key in the
 * question or from computing its sum; without either, the score is random. The judge errs at the rate of its skill.
 * `undefined` if the request does not ask for a score.
 */
export function scoreOfAnswer(prompt: Prompt): number | undefined {
  if (!/"score"\s*:\s*\d+/.test(prompt.instructions)) return undefined;
  const [, , question, answer] =
    /^(\w+) question\n([^]*)\n\1 answer\n([^]*)\n\1\s*$/.exec(prompt.question) ?? [];
  if (question === undefined || answer === undefined) return undefined;
  const { world, character } = prompt;
  const luck = chance(world.seed, 'score', character.name, question, answer);
  const right = isRight({ ...prompt, question, everything: question }, answer);
  if (right === undefined) return Math.round(40 + 55 * luck);
  const errsHere = errs(
    world,
    character.name,
    `judge ${question} ${answer}`,
    errorRate(character.skill, difficulty),
  );
  return Math.round(right === errsHere ? 5 + 25 * luck : 80 + 19 * luck);
}

/** `undefined` if a simulated model cannot decide it. */
function isRight(asked: Prompt, answer: string): boolean | undefined {
  const key = keyIn(asked);
  const right = key ?? evaluate(asked)?.right;
  if (right === undefined) return undefined;
  const said = answer.toLowerCase().replaceAll(/(?<=\d),(?=\d{3}\b)/g, '');
  const wanted = String(right)
    .toLowerCase()
    .replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?<![\w.])${wanted}(?!\w|\.\d)`).test(said);
}
