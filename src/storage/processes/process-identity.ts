import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemErrorCode } from '../../core/system/system-error-code.ts';
import type { Ms } from '../../core/units.ts';

/** A process that has open calls in the ledger. */
export type ProcessIdentity = {
  /** The scope in which `pid` is valid: processes with the same host can check whether the other runs. */
  readonly host: string;
  readonly pid: number;
  /** Distinguishes a process from a later one with the same pid. */
  readonly startedAt: Ms;
};

export const thisProcess: ProcessIdentity = {
  host: [hostname(), ...pidNamespace()].join(' '),
  pid: process.pid,
  startedAt: Math.trunc(performance.timeOrigin),
};

/** Whether `other` shows, by its pid alone, that it has ended; one of another host shows nothing. */
export function hasEnded(other: ProcessIdentity, me: ProcessIdentity): boolean {
  if (other.host !== me.host) return false;
  return other.pid === me.pid ? other.startedAt !== me.startedAt : !isRunning(other.pid);
}

/** Containers on one machine may share its name, and each has its own process 1. Only Linux has namespaces. */
function pidNamespace(): string[] {
  try {
    return [readlinkSync('/proc/self/ns/pid')];
  } catch {
    return [];
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // We may not signal the process, but it exists.
    return systemErrorCode(error) === 'EPERM';
  }
}
