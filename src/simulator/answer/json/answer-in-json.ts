import type { JsonObject } from '../../../core/json/json.ts';
import { chance } from '../../chance.ts';
import { proseAnswer } from '../prose/answer-in-prose.ts';
import type { Prompt } from '../prompt.ts';
import { asksForReview, codeFor, findingsFor } from '../review/review-prompt.ts';
import { claimsOrVerdicts } from './claims-in-answer.ts';
import { samePairs } from './same-pairs.ts';
import { fillSchema } from './fill-schema.ts';
import { scoreOfAnswer } from './score-of-answer.ts';
import { shapeInPrompt } from './shape-in-prompt.ts';

/** Returns the answer as JSON if the request demands it, by its format or in words; otherwise `undefined`. */
export function answerInJson(prompt: Prompt): string | undefined {
  const score = scoreOfAnswer(prompt);
  if (score !== undefined) return JSON.stringify({ score });
  const { json } = prompt.asked;
  const said = `${prompt.instructions}\n${prompt.question}`;
  if (!json && !wantsJson.test(said)) return undefined;
  const schema = json?.schema ?? shapeInPrompt(ends(said));
  const value =
    claimsOrVerdicts(prompt) ??
    samePairs(prompt) ??
    (schema ? fillSchema(prompt, schema) : freeObject(prompt));
  if (json) return JSON.stringify(value);
  const text = JSON.stringify(value, null, 2);
  return fences(prompt, said) ? `\`\`\`json\n${text}\n\`\`\`` : text;
}

/** The parts of a prompt that usually describe the wanted shape; searching a long text in full would be slow. */
function ends(text: string): string {
  return text.length > 12_000 ? `${text.slice(0, 6_000)}\n${text.slice(-6_000)}` : text;
}

const wantsJson =
  /\b(?:as|in|return|respond|reply|answer|output|produce|only|valid|with|strict|format:?)\b[^.\n]{0,40}\bjson\b|\bjson\b[^.\n]{0,30}\b(?:only|object|array|format|schema)\b|\bgive me\b[^.\n]{0,20}\bjson\b/i;

/** If JSON is requested only in words, weak models tend to wrap it in a fence, unless told not to. */
function fences({ world, character, question }: Prompt, said: string): boolean {
  if (
    /no (?:markdown|code fences?|prose|fences)|without (?:markdown|fences)|raw json|only (?:valid )?json|json only/i.test(
      said,
    )
  )
    return false;
  return chance(world.seed, character.name, 'fence', question) > character.skill;
}

function freeObject(prompt: Prompt): JsonObject {
  if (codeFor(prompt).length > 0 && asksForReview(prompt)) {
    return {
      findings: findingsFor(prompt),
      model: prompt.model,
      simulated: true,
    };
  }
  return { answer: proseAnswer(prompt).text, model: prompt.model, simulated: true };
}
