import type { Log, LogLevel } from '../core/log.ts';
import { plainLog } from './plain-log.ts';

/** `json`: for collectors, with pino, loaded here only. `plain`: for a person. Both on standard error. */
export async function openLog(format: 'json' | 'plain', level: LogLevel): Promise<Log> {
  if (format === 'plain') return plainLog(level);
  const { jsonLog } = await import('./json-log.ts');
  return jsonLog(level);
}
