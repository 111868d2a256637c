import { createHash } from 'node:crypto';
import type { JsonValue } from '../core/json/json.ts';
import { offerFor } from './bill.ts';
import type { Exchange } from './exchange.ts';
import { faultInName, parseRequestFault, type Fault } from './fault.ts';
import { problemOf } from './fault-problem.ts';
import type { Standing } from './rate-window.ts';
import { Refused, refuse, type Problem } from './problem.ts';
import { withoutCredentials } from './seen-requests.ts';
import { refuseForged } from './wires/aws-signature.ts';

/**
 * Records the request and returns the fault inside the reply, if one strikes.
 * @throws Refused
 */
export function admit(
  exchange: Exchange,
  { model, json, fault: own }: { model: string; json: JsonValue; fault: Fault | undefined },
): Fault | undefined {
  remember(exchange, model, json);
  refuseForged(exchange.request, exchange.body);
  const { state, route, credential } = exchange;
  const fault = state.faults.strike({ provider: route.provider, model, credential, own });
  const problem = fault && problemOf(fault, model, offerFor(route.provider, model)?.window);
  if (problem) throw new Refused(problem);
  return fault;
}

/**
 * Returns the model and the fault requested by a model name or the header.
 * @throws Refused
 */
export function namedFault(exchange: Exchange, name: string): { model: string; fault: Fault | undefined } {
  try {
    const { model, fault } = faultInName(name);
    return { model, fault: fault ?? headerFault(exchange) };
  } catch (error) {
    return refuse(String(error), 'model');
  }
}

/**
 * Reads the fault from the header `x-simulate-fault`.
 * @throws Refused
 */
export function headerFault({ request }: Exchange): Fault | undefined {
  const header = request.headers['x-simulate-fault'];
  try {
    return typeof header === 'string' ? parseRequestFault(header) : undefined;
  } catch (error) {
    return refuse(String(error));
  }
}

/**
 * Returns the credential's standing.
 * @throws Refused above the configured concurrency or requests per minute
 */
export function refuseOverload({ state, route, credential, standing }: Exchange, model: string): Standing {
  if (standing === undefined) {
    const retryAfter = state.rates.waitSeconds(credential ?? '');
    throw new Refused({ kind: 'rate-limit', status: 429, model, retryAfter });
  }
  if (state.active <= state.concurrency) return standing;
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
