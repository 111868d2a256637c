import type { DialectId } from '../../core/wire/content.ts';
import type { Dialect } from '../../core/wire/dialect.ts';

/** Returns the dialects that support embeddings, each with its embedding functions in place of those for answers. */
export function embedders(dialects: Iterable<Dialect>): Map<DialectId, Dialect> {
  const able = [...dialects].filter(({ embeddings }) => embeddings !== undefined);
  return new Map(able.map((dialect) => [dialect.id, { ...dialect, ...dialect.embeddings }]));
}
