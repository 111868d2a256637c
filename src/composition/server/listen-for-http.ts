import type { Config } from '../../config/schema/config-schema.ts';
import type { HttpExchange } from '../../core/wire/http-exchange.ts';
import { httpExchange } from '../../transport/in/http-exchange.ts';
import { uploadsByKey } from '../../transport/bodies/key-uploads.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions } from '../../transport/in/http-in.ts';

export type ListenOptions = {
  readonly host: string;
  readonly port: number;
  /** Called whenever one of these settings is needed. */
  readonly settings: () => Pick<
    Config['server'],
    'allowedHosts' | 'maxBodyBytes' | 'maxUploadBytesPerKey' | 'drainMs' | 'stalledReaderMs'
  >;
  readonly isForAnyHost: NonNullable<HttpServerOptions['isForAnyHost']>;
  readonly serve: (exchange: HttpExchange) => Promise<void>;
  readonly describeError: NonNullable<HttpServerOptions['describeError']>;
};

/**
 * Listens for HTTP. Host and port are fixed; everything else follows the current configuration.
 * @throws ConclaveError `configuration` if it cannot listen.
 */
export function listenForHttp({
  host,
  port,
  settings,
  isForAnyHost,
  serve,
  describeError,
}: ListenOptions): Promise<HttpServer> {
  const uploadsOf = uploadsByKey();
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
      const { maxBodyBytes, maxUploadBytesPerKey, stalledReaderMs } = settings();
      const limits = { maxBodyBytes, maxUploadBytesPerKey, stalledReaderMs };
      return serve(httpExchange({ request, response, signal, uploadsOf, ...limits }));
    },
  });
}
