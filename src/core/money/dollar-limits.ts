import { z } from 'zod';
import { ConclaveError } from '../errors.ts';
import type { Usd } from '../units.ts';

/** In nano-dollars, a limit must fit into the database's integers. */
const mostUsd = 1e9;

/** The most that a key may spend in a window. */
export const budgetLimit = z.number().nonnegative().max(mostUsd);

/** The most that a call, or a run of calls, may cost. */
export const costCeiling = z.number().positive().max(mostUsd);

/** Reads a ceiling from text; `where` names its place in errors. @throws ConclaveError `invalid_request` */
export function readCostCeiling(text: string, where: string): Usd {
  const { data } = costCeiling.safeParse(Number(text));
  if (data !== undefined) return data;
  throw new ConclaveError(
    'invalid_request',
    `${where}: "${text}" is not a positive number of dollars, at most ${mostUsd}.`,
    { param: where },
  );
}
