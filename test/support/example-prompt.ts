import type { Asked } from '../../src/simulator/asked.ts';
import { characterOf } from '../../src/simulator/character.ts';
import { PromptCache } from '../../src/simulator/prompt-cache.ts';
import { promptOf, type Prompt } from '../../src/simulator/answer/prompt.ts';

/** A question to a strong simulated model, for tests of single calls. */
export function examplePrompt(question: string, changes: Partial<Asked> = {}): Prompt {
  const asked: Asked = {
    model: 'gpt-6-astra',
    stream: false,
    turns: [{ role: 'user', pieces: [{ kind: 'text', text: question }] }],
    tools: [],
    toolChoice: { kind: 'auto' },
    parallelTools: true,
    choices: 1,
    stop: [],
    reasoning: 'model',
    usageInStream: true,
    ...changes,
  };
  const world = { seed: 1, correlation: 0.3, now: () => 0, cache: new PromptCache(false) };
  return promptOf(world, asked, characterOf('openai', asked.model));
}
