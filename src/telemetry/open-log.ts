import type { Log, LogLevel } from '../core/telemetry/log.ts';
import { plainLog } from './plain-log.ts';

/**
 * Opens a log on standard error. `json`: for log collectors, with pino, which is loaded only here. `plain`: for a
 * terminal.
 */
export async function openLog(format: 'json' | 'plain', level: LogLevel): Promise<Log> {
  if (format === 'plain') return plainLog(level);
  const { jsonLog } = await import('./json-log.ts');
  return jsonLog(level);
}
