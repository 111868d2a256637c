import type { SeenRequest } from '../../src/simulator/seen-requests.ts';
import type { Simulator } from '../../src/simulator/server.ts';

/**
 * The requests that asked a model. A gateway also asks its providers which models they have, at a time of its own:
 * without these, a test may take such a question for the call that it made.
 */
export function modelRequests(simulator: Simulator): readonly SeenRequest[] {
  return simulator.requests().filter(({ path }) => !listing.test(path));
}

const listing = /\/(?:models|api\/(?:show|tags))(?:\?|$)/;
