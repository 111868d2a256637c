import { execFileSync } from 'node:child_process';
import type { RunningGateway } from './running-gateway.ts';

/** Returns the process ids of the workers of a gateway with `--workers`. */
export function workersOf(gateway: RunningGateway): number[] {
  return execFileSync('ps', ['--ppid', String(gateway.process.pid), '-o', 'pid='], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean)
    .map(Number);
}
