import { z } from 'zod';

/** What numbers in a configuration count. */
export const ms = z.number().int().positive();
export const tokens = z.number().int().positive();
export const usdPerMillion = z.number().nonnegative();
