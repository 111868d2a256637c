import { z } from 'zod';

/** Numbers of a configuration, by their unit. */
export const ms = z.number().int().positive();
export const tokens = z.number().int().positive();
export const usdPerMillion = z.number().nonnegative().max(1e6);

/** A text that may come from a file or a variable, which often add white space around it. */
export const trimmed = z.string().trim();

/** A valid header value. */
export const headerText = trimmed.min(1).regex(/^[\x20-\x7e]+$/, 'has characters that no header can carry');

/** A base URL. Paths are appended to it, so it has no query or fragment; credentials have their own settings. */
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
