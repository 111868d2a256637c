import type { DeploymentEntry } from './schema.ts';

/**
 * The part of each deployment's limits that one of so many processes may use, so that all of them together keep to it.
 * Tokens are left whole: a prompt may be larger than a part of them, and would then never be sent.
 */
export function shareLimits(entries: readonly DeploymentEntry[], processes: number): DeploymentEntry[] {
  const part = (limit: number) => Math.max(1, Math.floor(limit / processes));
  return entries.map((entry) => ({
    ...entry,
    ...(entry.rpm !== undefined && { rpm: part(entry.rpm) }),
    ...(entry.concurrency !== undefined && { concurrency: part(entry.concurrency) }),
  }));
}
