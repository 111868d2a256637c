import type { DialectId } from '../core/wire/content.ts';
import type { Dialect } from '../core/wire/dialect.ts';

/** The dialects that can ask for vectors, each with the functions that do so in the place of those for answers. */
export function embedders(dialects: Iterable<Dialect>): Map<DialectId, Dialect> {
  const able = [...dialects].filter(({ embeddings }) => embeddings !== undefined);
  return new Map(able.map((dialect) => [dialect.id, { ...dialect, ...dialect.embeddings }]));
}
