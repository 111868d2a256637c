import type { WireTarget } from '../../core/wire/dialect.ts';

/** Returns the name by which a model's maker and generation are recognised. */
export function knownName({ model, knownAs }: Pick<WireTarget, 'model' | 'knownAs'>): string {
  return knownAs ?? model;
}
