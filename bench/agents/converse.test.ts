import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { usualModels, type Agent } from './agent.ts';
import { converse, turns, type AgentResults } from './converse.ts';
import { startSimulatedGateway } from './simulated-gateway.ts';

/** Reads the file with a tool of the model's, and asks again where a stream would be asked for again. */
const honest = `
const [model, file] = process.argv.slice(2);
const tools = [{ type: 'function', function: { name: 'read_file', description: 'Reads a file', parameters: {
  type: 'object', properties: { file_path: { type: 'string' } }, required: ['file_path'] } } }];
const messages = [{ role: 'user', content: 'Use read_file to read ' + file }];
for (let tries = 0; tries < 9; tries++) {
  const reply = await fetch(process.env.GATEWAY + '/v1/chat/completions', {
    method: 'POST',
    headers: { authorization: 'Bearer ' + process.env.KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages, tools }),
  });
  if (!reply.ok) continue;
  const { message } = (await reply.json()).choices[0];
  if (!message.tool_calls) {
    console.log(message.content);
    break;
  }
  messages.push(message);
  for (const { id, function: { arguments: given } } of message.tool_calls)
    messages.push({ role: 'tool', tool_call_id: id, content: readFileSync(JSON.parse(given).file_path, 'utf8') });
}
`;

/** Never asks a model. */
const cheating = `console.log(readFileSync(process.argv[3], 'utf8'));`;

/** Reports what its tool found, and then fails. */
const failing = `console.error('Simulated ' + process.argv[2].split('/')[1] + ': ' + readFileSync(process.argv[3], 'utf8'));`;

/** Another process of it has its output open. */
const hanging = '#!/bin/sh\nsleep 60 &\nsleep 60\n';

/** It has ended, but a process that has left its group has its output open. */
const leaving = '#!/bin/sh\nsetsid sleep 8 &\n';

const folder = await mkdtemp(join(tmpdir(), 'conclave-agent-test-'));
after(() => rm(folder, { recursive: true, force: true }));
const gateway = await startSimulatedGateway(folder);
after(() => gateway.stop());

test('only an agent whose model has read the file passes', async () => {
  /** The turns that an agent with this script passes. */
  async function passed(name: string, script: string): Promise<string[]> {
    const program = `#!${process.execPath}\nimport { readFileSync } from 'node:fs';\n${script}`;
    const results = await conversation(name, program, { signal: new AbortController().signal });
    return Object.entries(results)
      .filter(([, { ok }]) => ok)
      .map(([turn]) => turn);
  }

  assert.deepEqual(await passed('honest', honest), [...turns]);
  assert.deepEqual(await passed('cheating', cheating), []);
  assert.deepEqual(await passed('failing', failing), []);
});

test('an agent that hangs is ended with the processes that it has started', { timeout: 50_000 }, async () => {
  const stop = new AbortController();
  const results = await conversation('hanging', hanging, { signal: stop.signal, patienceMs: 500 });
  assert.deepEqual(Object.keys(results), turns);
  await conversation('leaving', leaving, { signal: stop.signal, patienceMs: 500 });

  const stopped = conversation('stopped', hanging, { signal: stop.signal });
  setTimeout(() => stop.abort(new Error('Stopped.')), 500);
  await assert.rejects(stopped, /^Error: Stopped\.$/);
});

async function conversation(
  name: string,
  script: string,
  limits: { readonly signal: AbortSignal; readonly patienceMs?: number },
): Promise<AgentResults> {
  const program = join(folder, `${name}.mjs`);
  await writeFile(program, script, { mode: 0o755 });
  const agent: Agent = {
    name,
    packages: [],
    models: usualModels,
    program: () => program,
    environment: ({ url, key }) => ({ GATEWAY: url, KEY: key }),
    task: (file) => file,
    turn: ({ prompt, model }) => [model, prompt],
  };
  return await converse(agent, { folder: join(folder, name), packages: folder, gateway, ...limits });
}
