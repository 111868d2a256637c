import assert from 'node:assert/strict';
import { test } from 'node:test';
import { examplePrompt } from '../../../../test/support/example-prompt.ts';
import type { OfferedTool } from '../../asked.ts';
import { callTools } from './call-tools.ts';

test('a long question is read once, not for each tool that is offered', () => {
  const question = 'Read the file src/add.js and repair what is broken in it. '.repeat(5_000);
  const millisecondsFor = (count: number): number => {
    const tools = Array.from({ length: count }, (_, index) => weatherTool(`weather${index}`));
    const prompt = examplePrompt(question);
    const before = process.threadCpuUsage();
    callTools({ ...prompt, asked: { ...prompt.asked, tools } });
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000;
  };
  millisecondsFor(3);
  const three = Math.min(millisecondsFor(3), millisecondsFor(3));
  const hundred = Math.min(millisecondsFor(100), millisecondsFor(100));
  assert.ok(hundred < 5 * three + 20, `${hundred} ms for 100 tools, ${three} ms for three`);
});

function weatherTool(name: string): OfferedTool {
  return { name, description: 'Current weather of a city', schema: { type: 'object', properties: {} } };
}
