import assert from 'node:assert/strict';
import { test } from 'node:test';
import { examplePrompt } from '../../../../test/support/example-prompt.ts';
import type { OfferedTool } from '../../asked.ts';
import { callTools, type ToolCall } from './call-tools.ts';

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

test('a list of many things, or many tools, leads to a few calls', () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `"item ${index}"`).join(', ');
  const prompt = examplePrompt(`Show all tools the weather of each of ${names}`);
  const callsOf = (tools: readonly OfferedTool[]): ToolCall[] =>
    callTools({ ...prompt, asked: { ...prompt.asked, tools } });
  const query = { type: 'string', maxLength: 400 };
  const schema = { type: 'object', properties: { query } };
  assert.equal(callsOf([{ ...weatherTool('weather'), schema }]).length, 20);
  const tools = Array.from({ length: 100 }, (_, index) => weatherTool(`weather${index}`));
  assert.equal(callsOf(tools).length, 20);
  const settings = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`setting${index}`, query]));
  const large = { type: 'object', properties: { query, ...settings }, required: Object.keys(settings) };
  const calls = callsOf([{ ...weatherTool('weather'), schema: large }]);
  assert.ok(JSON.stringify(calls).length < 25_000);
  const largeCalls = callsOf(tools.map((tool) => ({ ...tool, schema: large })));
  assert.ok(largeCalls.length > 0 && largeCalls.length < 20, String(largeCalls.length));
  assert.ok(JSON.stringify(largeCalls).length < 25_000);
});

test('long runs of letters, spaces or words in a question with a list do not hold the process', () => {
  const runs = ['a'.repeat(60_000), 'deadbeef '.repeat(6_000), ' '.repeat(60_000), 'all '.repeat(15_000)];
  for (const run of runs) {
    const prompt = examplePrompt(`The weather of each of these: x ${run}`);
    const before = process.threadCpuUsage();
    callTools({ ...prompt, asked: { ...prompt.asked, tools: [weatherTool('weather')] } });
    const { user, system } = process.threadCpuUsage(before);
    assert.ok(user + system < 600_000, `${run.slice(0, 8)}: ${(user + system) / 1_000} ms`);
  }
});

test('a tool that can be called only from a script is called from one', () => {
  const description = `Runs JavaScript.

### \`get_goal\`
The current goal.

declare const tools: { get_goal(args: {}): Promise<unknown>; };

### \`exec_command\`
Runs a command.

declare const tools: { exec_command(args: {
  // Shell command to execute.
  cmd: string;
  kind: "pipe";
  shell?: string;
}): Promise<{ output: string; }>; };

### \`apply_patch\`
declare const tools: { apply_patch(input: string): Promise<unknown>; };
`;
  const schema = { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] };
  const scriptFor = (question: string) => {
    const prompt = examplePrompt(question, {
      tools: [weatherTool('weather'), { name: 'run', description, schema }, weatherTool('other')],
      parallelTools: false,
    });
    return callTools(prompt);
  };
  assert.deepEqual(scriptFor('Use exec_command to run `cat a.txt`'), [
    {
      name: 'run',
      arguments: { input: 'text(await tools.exec_command({"cmd":"cat a.txt","kind":"pipe"}));' },
    },
  ]);
  assert.match(JSON.stringify(scriptFor('Use get_goal')), /tools\.get_goal\(\{\}\)/);
  assert.match(JSON.stringify(scriptFor('Use apply_patch')), /tools\.apply_patch\(\\".+\\"\)/);
});

function weatherTool(name: string): OfferedTool {
  return { name, description: 'Current weather of a city', schema: { type: 'object', properties: {} } };
}
