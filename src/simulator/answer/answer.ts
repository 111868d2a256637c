import type { Asked } from '../asked.ts';
import type { Character } from '../character.ts';
import type { World } from '../compose.ts';
import type { ReplyPart } from '../replied.ts';
import { answerInJson } from './json/answer-in-json.ts';
import { promptOf } from './prompt.ts';
import { answerInProse } from './prose/answer-in-prose.ts';
import { callTools } from './tools/call-tools.ts';

/** Returns a simulated model's answer to a request: a tool call if that helps, JSON if requested, otherwise prose. */
export function answer(
  world: World,
  asked: Asked,
  { digest, character }: { digest: string; character: Character },
): ReplyPart[] {
  const prompt = promptOf(world, asked, character);
  const calls = callTools(prompt);
  if (calls.length > 0) {
    return calls.map((call, index) => ({
      kind: 'tool-call',
      id: `sim${digest.slice(0, 18)}${index}`,
      name: call.name,
      arguments: call.arguments,
    }));
  }
  return [{ kind: 'text', text: answerInJson(prompt) ?? answerInProse(prompt) }];
}
