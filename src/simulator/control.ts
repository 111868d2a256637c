import type { IncomingMessage, ServerResponse } from 'node:http';
import { isObject, textOf } from './read-json.ts';
import { reset, type SimulatorState } from './state.ts';

/**
 * Serves the simulator's own pages: `GET /__bill`, `/__requests`, `/__aborts`, `POST /__reset`, and `POST /__faults
 * {"target": "openai", "fault": "429,p=0.3"}`, where `"fault": null` switches a fault off.
 */
export function serveControl(
  state: SimulatorState,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): void {
  const [path] = (request.url ?? '').split('?');
  switch (path) {
    case '/__bill':
      return sendJson(response, 200, state.ledger.bill());
    case '/__requests':
      return sendJson(response, 200, { requests: state.seen });
    case '/__aborts':
      return sendJson(response, 200, { count: state.aborts.length, aborts: state.aborts });
    case '/__reset':
      reset(state);
      return sendJson(response, 200, { reset: true });
    case '/__faults':
      return setFault(state, response, body);
    default:
      return sendJson(response, 404, { error: { message: `the simulator has no page ${path}` } });
  }
}

function setFault(state: SimulatorState, response: ServerResponse, body: Buffer): void {
  try {
    const wish: unknown = JSON.parse(body.toString());
    if (!isObject(wish) || typeof wish['target'] !== 'string') throw new RangeError('"target" is missing');
    state.faults.set(wish['target'], textOf(wish['fault']) || undefined);
    sendJson(response, 200, { target: wish['target'], fault: wish['fault'] ?? null });
  } catch (error) {
    sendJson(response, 400, { error: { message: String(error) } });
  }
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-simulated': 'true' });
  response.end(JSON.stringify(body));
}
