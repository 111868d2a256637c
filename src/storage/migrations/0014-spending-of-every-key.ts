import type { Migration } from './index.ts';

/**
 * What the migration needs from `calls`. `at` is the instant whose windows a call's money belongs to: that of the call
 * that pays for it.
 */
const money = `SELECT calls.key_id, calls.simulated, calls.booked, calls.held,
    coalesce(payers.started_at, calls.started_at) AS at
  FROM calls LEFT JOIN calls AS payers ON payers.id = calls.reservation_id`;

/** Calls whose windows may still be open: those of the last 32 days. */
const recent = 'WHERE calls.started_at > (SELECT max(started_at) FROM calls) - 2764800000';

const migration: Migration = {
  version: 14,
  name: 'spending of every key',
  statements: ({ startOfMonth }) => [
    // Until now a key was counted only in the windows of its current budgets. Deleted calls are only in the older
    // counters: of the two sums, the greater one is correct.
    `UPDATE spending SET reserved = 0`,
    fill('hour', 'at - at % 3600000', recent),
    fill('day', 'at - at % 86400000', recent),
    // The first Monday was three days before 1970.
    fill('week', 'at - (at + 259200000) % 604800000', recent),
    fill('month', startOfMonth('at'), recent),
    fill('total', '0', 'WHERE true'),
  ],
};

function fill(period: string, start: string, which: string): string {
  return `INSERT INTO spending (key_id, period, period_start, simulated, spent, reserved)
    SELECT key_id, '${period}', start, simulated, sum(booked), sum(held)
    FROM (SELECT key_id, simulated, booked, held, ${start} AS start FROM (${money} ${which}) AS paid) AS counted
    WHERE true GROUP BY key_id, start, simulated
    ON CONFLICT (key_id, period, period_start, simulated) DO UPDATE SET reserved = excluded.reserved,
      spent = CASE WHEN excluded.spent > spending.spent THEN excluded.spent ELSE spending.spent END`;
}

export default migration;
