import type { ListenOptions } from '../app.ts';
import { httpExchange } from '../transport/http-exchange.ts';
import { createHttpServer, type HttpServer } from '../transport/http-in.ts';

/** Listens for HTTP. Host and port are fixed; everything else follows the current configuration. */
export function listen({
  host,
  port,
  settings,
  isForAnyHost,
  serve,
  describeError,
}: ListenOptions): Promise<HttpServer> {
  return createHttpServer({
    host,
    port,
    get allowedHosts() {
      return settings().allowedHosts;
    },
    get maxBodyBytes() {
      return settings().maxBodyBytes;
    },
    get drainMs() {
      return settings().drainMs;
    },
    isForAnyHost,
    describeError,
    onRequest: (request, response, signal) => {
      const { maxBodyBytes, stalledReaderMs } = settings();
      return serve(httpExchange({ request, response, signal, maxBodyBytes, stalledReaderMs }));
    },
  });
}
