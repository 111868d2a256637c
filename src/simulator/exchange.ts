import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Standing } from './rate-window.ts';
import type { Route } from './routes.ts';
import type { SimulatorState } from './state.ts';

/** One request to a simulated provider and all that is known about it. */
export type Exchange = {
  readonly state: SimulatorState;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly route: Route;
  readonly path: string;
  readonly body: Buffer;
  /** Depends on seed, path and body only. */
  readonly digest: string;
  readonly credential: string | undefined;
  readonly standing: Standing | undefined;
};
