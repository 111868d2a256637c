import { rememberLatest } from '../../core/memories/remember-latest.ts';

/** What keys have been told that is said once. */
export interface ToldKeys {
  /** Whether this is said to the key for the first time; it counts as said from then on. */
  isNew(keyId: string, warning: string): boolean;
}

const mostKeys = 10_000;

export function toldKeys(): ToldKeys {
  const told = new Map<string, string>();
  return {
    isNew(keyId, warning) {
      if (told.get(keyId) === warning) return false;
      rememberLatest(told, keyId, warning, mostKeys);
      return true;
    },
  };
}
