import type { App } from '../../app.ts';
import { errorReply } from './error-reply.ts';
import { dialectOfPath, serveRequest } from './routes.ts';

export type Gateway = { readonly url: string; close(): Promise<void> };

/** Serves the app over HTTP. @throws ConclaveError `configuration` when it cannot listen. */
export async function startGateway(
  app: App,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Gateway> {
  const server = await app.listen({
    host,
    port,
    serve: (exchange) => serveRequest(app, exchange),
    describeError: (error, url) => errorReply(error, dialectOfPath(app, url ?? '')),
  });
  return { url: server.url, close: () => server.close() };
}
