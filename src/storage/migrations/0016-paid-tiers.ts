import type { Migration } from './index.ts';

const migration: Migration = {
  version: 16,
  name: 'paid tiers',
  statements: () => [
    // Like billed_model: the tier that was paid, also by a call that no model answered.
    `ALTER TABLE calls ADD COLUMN billed_tier text`,
    `ALTER TABLE attempts ADD COLUMN tier text`,
  ],
};

export default migration;
