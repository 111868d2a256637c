import type { EngineLog } from '../engine/engine.ts';

/** Lines for a person at a terminal, on standard error. */
export function plainLog(): EngineLog {
  const write = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) => {
    const shown = Object.entries(fields).map(
      ([name, value]) => ` ${name}=${value instanceof Error ? value.message : String(value)}`,
    );
    process.stderr.write(`${level}: ${message}${shown.join('')}\n`);
  };
  return { warn: write('warning'), error: write('error') };
}
