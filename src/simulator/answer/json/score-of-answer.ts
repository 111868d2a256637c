import { chance } from '../../chance.ts';
import { errorRate, errs } from '../judgement.ts';
import { keyIn } from '../opinion.ts';
import { evaluate } from '../prose/arithmetic.ts';
import type { Prompt } from '../prompt.ts';

/** As hard as most answers are to judge. */
const difficulty = 0.5;

/**
 * How right a judge finds an answer that it is shown between marks, from 0 to 100: by the key that the question gives away or
 * by working its sum out, and otherwise by chance. It errs as often as its skill says. `undefined` where nobody asks for a score.
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

/** `undefined` where a simulated model cannot know. */
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
