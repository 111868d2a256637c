import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject, JsonValue } from '../core/json.ts';
import type { Asked } from './asked.ts';
import { offerFor } from './bill.ts';
import { compose } from './compose.ts';
import { deliverReply } from './deliver-reply.ts';
import type { Exchange } from './exchange.ts';
import { faultInName, parseFault, type Fault } from './fault.ts';
import { problemOf } from './fault-problem.ts';
import { anthropicModelList, openaiModelList } from './model-list.ts';
import { Refused, refuse, type Problem } from './problem.ts';
import { isObject } from './read-json.ts';
import { routeOf } from './routes.ts';
import { credentialOf, withoutCredentials } from './seen-requests.ts';
import type { SimulatorState } from './state.ts';
import { promptTokens } from './tokens.ts';
import { readAnthropicCount } from './wires/anthropic-messages-request.ts';

/** Answers one request to a simulated provider, well or with the fault that it asked for. */
export async function serveModel(
  state: SimulatorState,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://simulator');
  const path = url.pathname;
  const route = routeOf(path, request.headers);
  if (!route)
    return sendJson(response, 404, { error: { message: `no simulated provider has a path ${path}` } });
  const digest = createHash('sha1').update(`${state.seed} ${path} `).update(body).digest('hex');
  const credential = credentialOf(request.headers, url.searchParams);
  state.ledger.request(body.length);
  state.active += 1;
  const exchange = { state, request, response, route, path, body, digest, credential };
  try {
    await serveRoute(exchange);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    sendRefusal(exchange, error.problem);
  } finally {
    state.active -= 1;
  }
}

async function serveRoute(exchange: Exchange): Promise<void> {
  const { state, route, response, digest } = exchange;
  if (route.act === 'list-models') return serveModelList(exchange);
  const json = parseJson(exchange.body);
  const asked = readAsked(exchange, json);
  const { model, fault: own } = namedFault(exchange, asked);
  remember(exchange, model, json);
  const fault = strikeOrRefuse(exchange, model, own);
  const request: Asked = { ...asked, model };
  if (route.act === 'count-tokens') return sendJson(response, 200, { input_tokens: promptTokens(request) });
  refuseCrowd(exchange, model);
  const reply = compose(state.world, request, { provider: route.provider, digest, fault });
  await deliverReply(exchange, { reply, fault, stream: request.stream });
}

function serveModelList(exchange: Exchange): void {
  remember(exchange, '', null);
  strikeOrRefuse(exchange, '', headerFault(exchange));
  const { route, response } = exchange;
  const list = route.wire.name === 'anthropic-messages' ? anthropicModelList : openaiModelList;
  sendJson(response, 200, list(route.provider));
}

function readAsked({ route }: Exchange, json: JsonObject): Asked {
  return route.act === 'count-tokens' ? readAnthropicCount(json) : route.wire.read(json, route);
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

function namedFault(exchange: Exchange, asked: Asked): { model: string; fault: Fault | undefined } {
  try {
    const { model, fault } = faultInName(asked.model);
    return { model, fault: fault ?? headerFault(exchange) };
  } catch (error) {
    return refuse(String(error), 'model');
  }
}

function headerFault({ request }: Exchange): Fault | undefined {
  const header = request.headers['x-simulate-fault'];
  return typeof header === 'string' ? parseFault(header) : undefined;
}

/** The fault inside the reply that strikes, if any. @throws Refused for one that refuses the request. */
function strikeOrRefuse(exchange: Exchange, model: string, own: Fault | undefined): Fault | undefined {
  const { state, route, credential } = exchange;
  const fault = state.faults.strike({ provider: route.provider, model, credential, own });
  const problem = fault && problemOf(fault, model, offerFor(route.provider, model)?.window);
  if (problem) throw new Refused(problem);
  return fault;
}

function refuseCrowd({ state, route }: Exchange, model: string): void {
  if (state.active <= state.concurrency) return;
  const overloaded: Problem = { kind: 'overloaded', status: 529, model, retryAfter: 1 };
  const limited: Problem = { kind: 'rate-limit', status: 429, model, retryAfter: 1 };
  throw new Refused(route.wire.name === 'anthropic-messages' ? overloaded : limited);
}

function remember(
  { state, request, route, path, body, credential }: Exchange,
  model: string,
  json: JsonValue,
): void {
  if (state.keepRequests === 0) return;
  if (state.seen.length >= state.keepRequests) state.seen.shift();
  state.seen.push({
    at: state.world.now(),
    method: request.method ?? '',
    path,
    provider: route.provider,
    model,
    headers: withoutCredentials(request.headers),
    keyHash:
      credential === undefined ? undefined : createHash('sha1').update(credential).digest('hex').slice(0, 12),
    bytes: body.length,
    ...(body.length <= 262_144 ? { body: json } : {}),
  });
}

function sendRefusal({ response, route, digest }: Exchange, problem: Problem): void {
  const { headers, body } = route.wire.refusal(problem, `req_sim${digest.slice(0, 20)}`);
  sendJson(response, problem.status, body, headers);
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: JsonObject,
  headers: Record<string, string> = {},
): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json', 'x-simulated': 'true', ...headers });
  response.end(JSON.stringify(body));
}
