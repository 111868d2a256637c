import type { Ms } from './units.ts';

/** Which configuration is in use, and whether a newer one was refused. */
export type ConfigState = {
  /** The file; absent if there is none. */
  readonly path?: string;
  readonly loadedAt: Ms;
  /** The last attempt to load a new one, if it failed; the previous one stays in use. */
  readonly refused?: { readonly at: Ms; readonly reason: string };
};
