import { createServer } from 'node:http';
import type { Bill } from './bill.ts';
import { serveControl } from './control.ts';
import type { Fault } from './fault.ts';
import type { FaultTarget } from './fault-board.ts';
import { readBody } from './read-body.ts';
import type { SeenAbort, SeenRequest } from './seen-requests.ts';
import { serveModel } from './serve-model.ts';
import { newState, reset, type SimulatorOptions } from './state.ts';

/** A running simulator. */
export type Simulator = {
  /** Without a trailing slash. `${url}/openai/v1` simulates OpenAI, `${url}/anthropic` Anthropic, and so on. */
  readonly url: string;
  readonly port: number;
  bill(): Bill;
  requests(): readonly SeenRequest[];
  aborts(): readonly SeenAbort[];
  /** Switches a fault on for a target, or off with `undefined`; text is parsed by `parseFault`. */
  setFault(target: FaultTarget, fault: Fault | string | undefined): void;
  reset(): void;
  close(): Promise<void>;
};

/** Starts simulated providers of all kinds on one port. Nothing leaves this machine and nothing costs money. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const state = newState(options);
  const host = options.host ?? '127.0.0.1';
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    response.on('error', () => response.destroy());
    readBody(request)
      .then((body) =>
        request.url?.startsWith('/__')
          ? serveControl(state, request, response, body)
          : serveModel(state, request, response, body),
      )
      .catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: { message: `the simulator failed: ${String(error)}` } }));
      });
  });
  server.requestTimeout = 0;
  if (options.background) {
    server.unref();
    server.on('connection', (socket) => socket.unref());
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    bill: () => state.ledger.bill(),
    requests: () => state.seen,
    aborts: () => state.aborts,
    setFault: (target, fault) => state.faults.set(target, fault),
    reset: () => reset(state),
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
    },
  };
}
