import type { Server } from 'node:http';
import { ConclaveError } from '../../core/errors.ts';

/**
 * Starts listening.
 * @throws ConclaveError `configuration` that says how to get a free and permitted address.
 */
export function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, { host, port })));
    server.listen(port, host, resolve);
  });
}

/** Returns an error that says how to get a free and permitted address. */
export function cannotListen(
  error: NodeJS.ErrnoException,
  { host, port }: { readonly host: string; readonly port: number },
): ConclaveError {
  const remedies: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} is taken; stop the program that holds it, or choose another with --port or server.port`,
    EACCES: `port ${port} needs more rights; choose one above 1023 with --port or server.port`,
    EADDRNOTAVAIL: `${host} is not an address of this machine; choose another with --host or server.host`,
    ENOTFOUND: `${host} does not resolve; choose another with --host or server.host`,
  };
  const code = error.code ?? 'unknown failure';
  return new ConclaveError('configuration', `Cannot listen on ${host}: ${remedies[code] ?? code}.`, {
    cause: error,
  });
}
