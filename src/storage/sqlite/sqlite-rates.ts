import type { DatabaseSync } from 'node:sqlite';
import { oldestSecond } from '../../core/money/rate-windows.ts';
import type { RateBooks } from '../books/books.ts';

/** The rate windows of keys, read and written row by row within the transaction. */
export function sqliteRates(database: DatabaseSync): RateBooks {
  const read = database.prepare(
    'SELECT second, requests, tokens FROM rate_windows WHERE key_id = ? AND second >= ? ORDER BY second',
  );
  const forget = database.prepare('DELETE FROM rate_windows WHERE key_id = ? AND second < ?');
  const add = database.prepare(
    'INSERT INTO rate_windows (key_id, second, requests, tokens) VALUES (?, ?, ?, ?) ' +
      'ON CONFLICT DO UPDATE SET requests = requests + excluded.requests, tokens = tokens + excluded.tokens',
  );
  return {
    used(keyId, now) {
      forget.run(keyId, oldestSecond(now));
      return read.all(keyId, oldestSecond(now)).map((row) => ({
        second: Number(row['second']),
        requests: Number(row['requests']),
        tokens: Number(row['tokens']),
      }));
    },
    add(keyId, { second, requests, tokens }) {
      add.run(keyId, second, requests, tokens);
    },
  };
}
