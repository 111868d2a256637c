import type { FilterContext } from '../../src/engine/routing/filters/filter.ts';
import { healthy, ordinary } from './policy-candidates.ts';

/** What an ordinary request for `auto` is filtered by: nothing in it rules a candidate out. */
export const ordinaryContext: FilterContext = {
  features: ordinary,
  principal: { keyId: 'k', name: 'k', boundedCost: false, admin: false },
  speaks: () => true,
  stats: healthy,
  allowed: [],
  providerPreferences: undefined,
  isNamed: () => false,
  isOpen: true,
  strict: false,
  foreign: undefined,
  origin: undefined,
  thoughts: undefined,
};
