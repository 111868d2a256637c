import type { DeploymentEntry } from './schema.ts';

/**
 * Divides each deployment's limits by the number of processes, so that all of them together respect the limits. Token
 * limits are not divided: a prompt larger than its share would never be sent.
 */
export function shareLimits(entries: readonly DeploymentEntry[], processes: number): DeploymentEntry[] {
  const part = (limit: number) => Math.max(1, Math.floor(limit / processes));
  return entries.map((entry) => ({
    ...entry,
    ...(entry.rpm !== undefined && { rpm: part(entry.rpm) }),
    ...(entry.concurrency !== undefined && { concurrency: part(entry.concurrency) }),
  }));
}
