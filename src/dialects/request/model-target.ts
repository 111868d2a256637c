import type { WireTarget } from '../../core/wire/dialect.ts';

/** The model that a request is written for, and what is known of its provider: all that decides most of its form. */
export type ModelTarget = Pick<WireTarget, 'model' | 'knownAs' | 'quirks'>;
