import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject, JsonValue } from '../core/json/json.ts';
import { admit, headerFault, namedFault, refuseOverload } from './admit.ts';
import type { Asked } from './asked.ts';
import { compose } from './compose.ts';
import { deliverReply } from './deliver-reply.ts';
import { vectorOf } from './embed.ts';
import type { Exchange } from './exchange.ts';
import type { Fault } from './fault.ts';
import { Refused, refuse, type Problem } from './problem.ts';
import { isObject } from './read-json.ts';
import type { Reply } from './replied.ts';
import { routeOf, type Route } from './routes.ts';
import { credentialOf } from './seen-requests.ts';
import type { SimulatorState } from './state.ts';
import { promptTokens, textTokens } from './tokens.ts';

/** Answers one request to a simulated provider, normally or with the requested fault. */
export async function serveModel(
  state: SimulatorState,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://simulator');
  const path = url.pathname;
  const route = routeOf(url, request.headers);
  if (!route)
    return sendJson(response, 404, { error: { message: `no simulated provider has a path ${path}` } });
  const digest = createHash('sha1').update(`${state.seed} ${path} `).update(body).digest('hex');
  const credential = credentialOf(request.headers, url.searchParams);
  state.ledger.request(body.length);
  state.active += 1;
  const standing = state.rates.take(credential ?? '');
  const exchange = { state, request, response, route, path, body, digest, credential, standing };
  try {
    await serveRoute(exchange, route);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    sendRefusal(exchange, error.problem);
  } finally {
    state.active -= 1;
  }
}

async function serveRoute(exchange: Exchange, route: Route): Promise<void> {
  const { request, body } = exchange;
  const json = body.length === 0 && request.method === 'GET' ? {} : parseJson(body);
  switch (route.act) {
    case 'page':
      admit(exchange, { model: '', json, fault: headerFault(exchange) });
      return sendJson(exchange.response, 200, route.page(route.provider, json, route.model ?? ''));
    case 'embed':
      return embed(exchange, { ...route, json });
    case 'count-tokens': {
      const { asked } = readAsked(exchange, json);
      return sendJson(exchange.response, 200, route.count(promptTokens(asked)));
    }
    case 'generate':
      return generate(exchange, json);
  }
}

async function generate(exchange: Exchange, json: JsonObject): Promise<void> {
  const { state, route, digest } = exchange;
  const { asked, fault } = readAsked(exchange, json);
  const standing = refuseOverload(exchange, asked.model);
  const { provider } = route;
  const account = accountOf(exchange);
  const reply = compose(state.world, asked, { provider, account, digest, fault, body: json });
  keepConversation(exchange, asked, reply);
  await deliverReply(exchange, { reply, fault, stream: asked.stream, standing });
}

function embed(exchange: Exchange, route: Route & { act: 'embed'; json: JsonObject }): void {
  const { state, response } = exchange;
  const read = route.embed.read(route.json, route.model ?? '');
  const { model, fault } = namedFault(exchange, read.model);
  admit(exchange, { model, json: route.json, fault });
  refuseOverload(exchange, model);
  const asked = { ...read, model };
  const tokens = asked.texts.reduce((sum, text) => sum + textTokens(text), 0);
  const vectors = asked.texts.map((text) => vectorOf(text, asked.dimensions));
  const spent = { input: tokens, cacheRead: 0, cacheWrite: 0, cacheWriteLong: 0, output: 0, reasoning: 0 };
  state.ledger.charge({ provider: route.provider, model, spent, interrupted: false, at: state.world.now() });
  sendJson(response, 200, route.embed.write({ asked, vectors, tokens }, route.json));
}

/**
 * Reads and admits the request under the model's bare name; also returns the fault inside the reply.
 * @throws Refused
 */
function readAsked(exchange: Exchange, json: JsonObject): { asked: Asked; fault: Fault | undefined } {
  const { route, state } = exchange;
  const { provider, stream } = route;
  const named = route.model === undefined ? undefined : namedFault(exchange, route.model);
  const asked = route.wire.read(bareModel(exchange, json), {
    provider,
    account: accountOf(exchange),
    ...(named === undefined ? {} : { model: named.model }),
    ...(stream === undefined ? {} : { stream }),
    counting: route.act === 'count-tokens',
    recall: (id) => state.conversations.get(`${accountOf(exchange)} ${id}`),
  });
  const own =
    named?.fault ?? namedFault(exchange, typeof json['model'] === 'string' ? json['model'] : '').fault;
  return { asked, fault: admit(exchange, { model: asked.model, json, fault: own }) };
}

/** The body with the model's real name: a fault in the name is removed. */
function bareModel(exchange: Exchange, json: JsonObject): JsonObject {
  if (typeof json['model'] !== 'string' || !json['model'].includes('!')) return json;
  return { ...json, model: namedFault(exchange, json['model']).model };
}

function parseJson(body: Buffer): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    return refuse('We could not parse the JSON body of your request.');
  }
  return isObject(value) ? value : refuse('The body of the request must be a JSON object.');
}

/** Requests with the same key at a provider share stored state. */
function accountOf({ route, credential }: Exchange): string {
  return `${route.provider} ${credential ?? ''}`;
}

/** Stores the turns for requests that continue from this reply; the oldest of many are dropped. */
function keepConversation({ state, route }: Exchange, asked: Asked, reply: Reply): void {
  const id = route.wire.conversation?.(reply);
  if (id === undefined) return;
  const pieces = reply.parts.map((part) =>
    part.kind === 'tool-call'
      ? { ...part, id: `call_${part.id}`, arguments: JSON.stringify(part.arguments) }
      : part,
  );
  // Instructions apply to one request only.
  const turns = asked.turns.slice(reply.body['instructions'] ? 1 : 0);
  state.conversations.set(`${reply.account} ${id}`, [...turns, { role: 'assistant', pieces }]);
  const [oldest] = state.conversations.keys();
  if (state.conversations.size > 1_000 && oldest !== undefined) state.conversations.delete(oldest);
}

function sendRefusal({ response, route, digest }: Exchange, problem: Problem): void {
  const { status, headers, body } = route.wire.refusal(
    { ...problem, provider: route.provider },
    `req_sim${digest.slice(0, 20)}`,
  );
  sendJson(response, status ?? problem.status, body, headers);
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: JsonValue,
  headers: Record<string, string> = {},
): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json', 'x-simulated': 'true', ...headers });
  response.end(JSON.stringify(body));
}
