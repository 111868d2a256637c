/**
 * A custom provider in both forms: as an object that answers by itself, and as data for a server with a known dialect.
 * The provider is fictional; run it with `node examples/custom-provider.ts`. Its calls go into a ledger of their own.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConclave, type ChatParams, type LLMProvider, type Message } from '../src/index.ts';

/** The class form: anything that can answer, with one interface. */
export class EchoProvider implements LLMProvider {
  readonly name = 'echo';
  readonly models = [{ id: 'parrot-1', maxContext: 8_192, costPerMToken: 0.5 }];

  async chat({ messages }: ChatParams) {
    const text = `You said: ${lastText(messages)}`;
    return { text, usage: { inputTokens: lastText(messages).length, outputTokens: text.length } };
  }

  async *stream(params: ChatParams) {
    const { text, usage } = await this.chat(params);
    for (const word of text.split(/(?<= )/)) yield { type: 'text' as const, text: word };
    yield { type: 'usage' as const, usage };
  }

  getModelInfo(model: string) {
    const info = this.models.find(({ id }) => id === model);
    if (!info) throw new Error(`echo has no model ${model}`);
    return info;
  }

  estimateCost({ input, output }: { input: number; output: number }) {
    return ((input + output) / 1e6) * 0.5;
  }
}

function lastText(messages: readonly Message[]): string {
  const parts = messages.at(-1)?.content ?? [];
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/** The data form: an address, a dialect, models and prices. No code. */
export function acmeConfig(baseUrl: string) {
  return {
    providers: { acme: { dialect: 'openai-chat' as const, baseUrl, apiKey: 'any' } },
    models: [{ id: 'acme/anvil-2', contextWindow: 32_768, price: { input: 1, output: 2 } }],
  };
}

if (import.meta.main) {
  const server = acmeServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const home = await mkdtemp(join(tmpdir(), 'conclave-example-'));
  const conclave = await createConclave({
    home,
    config: acmeConfig(`http://127.0.0.1:${port}/v1`),
    providers: [new EchoProvider()],
  });
  for (const model of ['echo/parrot-1', 'acme/anvil-2']) {
    const { text, costNanoUsd } = await conclave.chat({ model, prompt: 'Good morning' });
    console.log(`${model}: ${text} (${costNanoUsd} nano-dollars)`);
  }
  for await (const chunk of conclave.stream({ model: 'echo/parrot-1', prompt: 'And streamed' })) {
    if (chunk.type === 'text') process.stdout.write(chunk.text);
  }
  process.stdout.write('\n');
  await conclave.close();
  await rm(home, { recursive: true });
  server.close();
}

/** What the fictional provider would run: one canned answer in OpenAI's chat format. */
export function acmeServer() {
  return createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        id: 'acme-1',
        object: 'chat.completion',
        created: 0,
        model: 'anvil-2',
        choices: [{ index: 0, message: { role: 'assistant', content: 'Forged.' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 },
      }),
    );
  });
}
