import type { Check } from './check.ts';

const oldest = 24;

/** Checks that this Node is new enough. */
export function checkNode(version: string): Check {
  const major = Number(version.replace(/^v/, '').split('.')[0]);
  return major >= oldest
    ? { name: 'Node', state: 'ok', found: version }
    : { name: 'Node', state: 'failed', found: version, remedy: `install Node ${oldest} or newer` };
}
