import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import type { Tier } from '../../src/core/task.ts';
import { type Says, startAnsweringProvider } from '../providers/answering-provider.ts';
import { post, startTestGateway } from './gateway.ts';

/** What a call has besides its model and headers: further content, another key, further fields. */
type CallParts = { readonly more?: readonly object[]; readonly key?: string; readonly wishes?: object };

const price = (usd: number) => ({ input: usd, output: usd });

/**
 * Two providers, each with a model of every tier; the second is slightly more expensive. Every call is 1,100 tokens.
 */
export async function whatIfGateway(
  t: TestContext,
  says: Says = () => 'Well.',
  { can, more }: { readonly can?: Record<string, 'vision'[]>; readonly more?: ConfigInput } = {},
) {
  const lab = await startAnsweringProvider(t, says);
  const config: ConfigInput = {
    providers: {
      first: { dialect: 'openai-chat', baseUrl: lab.url, apiKey: 'k' },
      second: { dialect: 'openai-chat', baseUrl: lab.url, apiKey: 'k' },
    },
    models: (['first', 'second'] as const).flatMap((provider, at) => [
      model(`${provider}/big`, 'frontier', 10 + 2 * at),
      model(`${provider}/medium`, 'workhorse', 2 + at),
      model(`${provider}/small`, 'economy', 0.2 + 0.1 * at),
    ]),
    ...more,
  };
  function model(id: string, tier: Tier, usd: number) {
    const [family, name = ''] = id.split('/');
    return { id, family, tier, price: price(usd), ...(can && { capabilities: can[name] }) };
  }
  const gateway = await startTestGateway(t, { config });
  await writeFile(join(gateway.home, 'conclave.yaml'), JSON.stringify(config));
  const call = async (
    model: string,
    times: number,
    headers: Record<string, string> = {},
    { more = [], key = gateway.key, wishes = {} }: CallParts = {},
  ) => {
    for (let n = 0; n < times; n += 1) {
      rivers += 1;
      const text = { type: 'text', text: `Tell me about river ${rivers}.` };
      const messages = [{ role: 'user', content: [text, ...more] }];
      const reply = await post(
        { ...gateway, key },
        '/v1/chat/completions',
        { model, messages, max_tokens: 100, ...wishes },
        headers,
      );
      assert.equal(reply.status, 200, await reply.text());
    }
  };
  const admin = async (path: string) => {
    const reply = await fetch(gateway.url + path, {
      headers: { authorization: `Bearer ${gateway.adminKey}` },
    });
    return { status: reply.status, body: (await reply.json()) as unknown };
  };
  return { gateway, lab, config, call, admin };
}

/** Asking the same question again would count as evidence against the previous answer. */
let rivers = 0;

/** Cost of one call in nano-dollars, at a price in dollars per million tokens. */
export const perCall = (usd: number) => usd * 1_100_000;
