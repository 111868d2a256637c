import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Standing } from './rate-window.ts';
import type { Route } from './routes.ts';
import type { SimulatorState } from './state.ts';

/** One request to a simulated provider, with everything known about it. */
export type Exchange = {
  readonly state: SimulatorState;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly route: Route;
  readonly path: string;
  readonly body: Buffer;
  /** Depends only on seed, path and body. */
  readonly digest: string;
  readonly credential: string | undefined;
  readonly standing: Standing | undefined;
};
