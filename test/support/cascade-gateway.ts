import type { TestContext } from 'node:test';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { startAnsweringProvider, type Says } from '../providers/answering-provider.ts';
import { post, startTestGateway, type TestGateway } from './gateway.ts';
import { until } from './until.ts';

type Quirks = NonNullable<NonNullable<ConfigInput['providers']>[string]['quirks']>;
type Routing = Pick<NonNullable<ConfigInput['routing']>, 'cascade' | 'policy' | 'retries'>;

export const price = (usd: number) => ({ input: usd, output: usd });
/** A prompt of 1,000 tokens and an answer of 100, in nano-dollars. */
export const costOf = (usd: number) => usd * 1_100_000;

/** Two cheap models of different families, a third as judge, and a strong one that costs a hundred times as much. */
export async function cascadeGateway(t: TestContext, says: Says, routing: Routing = {}) {
  const lab = await startAnsweringProvider(t, says);
  return { lab, gateway: await startTestGateway(t, { config: cascadeConfig(lab.url, routing) }) };
}

/** The configuration of `cascadeGateway`. */
export const cascadeConfig = (url: string, routing: Routing = {}, quirks: Quirks = {}): ConfigInput => ({
  providers: { lab: { dialect: 'openai-chat', baseUrl: url, apiKey: 'k', quirks } },
  models: [
    { id: 'lab/small-a', family: 'a', tier: 'economy', price: price(0.1) },
    { id: 'lab/small-b', family: 'b', tier: 'economy', price: price(0.2) },
    { id: 'lab/small-c', family: 'c', tier: 'economy', price: price(0.3) },
    { id: 'lab/big', family: 'd', tier: 'frontier', price: price(10) },
  ],
  routing: { retries: 0, ...routing },
});

/** The body of a question to a cascade. */
export const question = (more: object = {}) => ({
  model: 'cascade',
  messages: [{ role: 'user', content: 'What is 6 times 7?' }],
  ...more,
});

/** Asks, and returns the reply with the rows of the call and of its steps. */
export async function answered(gateway: TestGateway, body: object, headers: Record<string, string> = {}) {
  const reply = await post(gateway, '/v1/chat/completions', body, headers);
  const id = reply.headers.get('x-conclave-request-id') ?? '';
  const text = await reply.text();
  const row = await gateway.app.ledger.show(id);
  const children = await gateway.app.ledger.children(id);
  return { reply, text, row, children, models: children.map(({ model }) => model) };
}

/** A provider whose models always give the same answers. */
export const says =
  (answers: Record<string, string | number>): Says =>
  (model) =>
    answers[model] ?? 'no idea';

/** The outcomes of each call, once there are as many as awaited. */
export async function outcomesOf(
  gateway: TestGateway,
  calls: readonly { readonly id: string }[],
  awaited: number,
) {
  let outcomes: string[][] = [];
  const areThere = async () => {
    const rows = await Promise.all(calls.map(({ id }) => gateway.app.ledger.show(id)));
    outcomes = rows.map((row) => row?.outcomes.map(({ kind, score }) => `${kind} ${score}`) ?? []);
    return outcomes.flat().length >= awaited;
  };
  await until(areThere, 'what a cascade made of its answers');
  return outcomes;
}
