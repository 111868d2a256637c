import { z } from 'zod';

/** What numbers in a configuration count. */
export const ms = z.number().int().positive();
export const tokens = z.number().int().positive();
export const usdPerMillion = z.number().nonnegative().max(1e6);

/** What a header can carry. Space around it is a slip of whoever wrote a file or a variable. */
export const headerText = z
  .string()
  .trim()
  .min(1)
  .regex(/^[\x20-\x7e]+$/, 'has characters that no header can carry');

/** Paths are put behind it, so nothing may follow the path; credentials have a place of their own. */
export const baseUrl = z
  .url({ protocol: /^https?$/ })
  .refine(
    (url) => !/[?#]/.test(url),
    'must end with its path: a query or fragment cannot stand in the middle',
  )
  .refine((url) => {
    const { username = '', password = '' } = URL.parse(url) ?? {};
    return username + password === '';
  }, 'must not hold a user or password: give apiKey or headers')
  .refine(
    (url) =>
      !/\/(?:chat\/completions|v1\/(?:completions|responses|messages|embeddings)|api\/chat)\/*$/.test(url),
    'is the address of one call: leave out its path (/chat/completions, /responses, /messages), which is put behind it',
  );
