import { ConclaveError } from '../../core/errors.ts';
import type { Log } from '../../core/telemetry/log.ts';
import type { Ms } from '../../core/units.ts';
import type { Transport } from '../../core/wire/transport.ts';

/** Every call fails while the limit is reached. */
const quietMs: Ms = 60_000;

/** Logs, at most once a minute, that requests cannot be sent because no more files can be opened. */
export function reportOpenFiles(transport: Transport, log: Pick<Log, 'error'>): Transport {
  let quietUntil = -Infinity;
  function look(error: unknown): void {
    if (!(error instanceof ConclaveError) || error.code !== 'overloaded') return;
    if (performance.now() < quietUntil) return;
    quietUntil = performance.now() + quietMs;
    log.error({}, error.toOperator);
  }
  return {
    send(request) {
      const reply = transport.send(request);
      reply.catch(look);
      return reply;
    },
    close: () => transport.close(),
  };
}
