import type { Ms } from './units.ts';

/** Which configuration is in use, and whether a newer one had to be refused. */
export type ConfigState = {
  /** The file; absent where there is none. */
  readonly path?: string;
  readonly loadedAt: Ms;
  /** The last attempt to load another one, if it failed; the one before it stays in use. */
  readonly refused?: { readonly at: Ms; readonly reason: string };
};
