import { logLevels, type Log, type LogLevel } from '../core/telemetry/log.ts';
import { isSecretName, maskSecrets } from './mask-secrets.ts';

/** Writes lines for a terminal to standard error. */
export function plainLog(level: LogLevel): Log {
  const write =
    (of: LogLevel, word: string) => (fields: Readonly<Record<string, unknown>>, message: string) => {
      if (logLevels.indexOf(of) > logLevels.indexOf(log.level)) return;
      const shown = Object.entries(fields).map(
        ([name, value]) => ` ${name}=${isSecretName(name) ? '[redacted]' : textOf(value)}`,
      );
      process.stderr.write(`${maskSecrets(`${word}: ${message}${shown.join('')}`)}\n`);
    };
  const log: Log = {
    level,
    error: write('error', 'error'),
    warn: write('warn', 'warning'),
    info: write('info', 'note'),
    debug: write('debug', 'debug'),
  };
  return log;
}

function textOf(value: unknown): string {
  return value instanceof Error ? value.message : String(value);
}
