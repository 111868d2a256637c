import type { BudgetWindow } from '../../core/stores/stores.ts';
import type { Ms } from '../../core/units.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;
/** 1969-12-29 was a Monday: weeks begin there (ISO 8601). */
const firstMonday = -3 * dayMs;

/** Returns the start of the UTC calendar window that contains `at`; 0 for `total`. */
export function windowStart(window: BudgetWindow, at: Ms): Ms {
  switch (window) {
    case 'hour':
      return at - (at % hourMs);
    case 'day':
      return at - (at % dayMs);
    case 'week':
      return at - ((at - firstMonday) % weekMs);
    case 'month': {
      const date = new Date(at);
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
    }
    case 'total':
      return 0;
  }
}

/** Returns when the window that contains `at` ends; `undefined` for `total`. */
export function windowEnd(window: BudgetWindow, at: Ms): Ms | undefined {
  const start = windowStart(window, at);
  switch (window) {
    case 'hour':
      return start + hourMs;
    case 'day':
      return start + dayMs;
    case 'week':
      return start + weekMs;
    case 'month': {
      const date = new Date(start);
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
    }
    case 'total':
      return undefined;
  }
}
