import type { Catalogue } from '../../core/catalogue.ts';

/** Returns the id of the model that a name means. Patterns and names of no single model are returned unchanged. */
export function modelIdOf(name: string, resolve: Catalogue['resolve']): string {
  if (name.includes('*')) return name;
  const meant = resolve(name);
  return meant.kind === 'model' ? meant.model.id : name;
}
