import type { DialectId } from '../../core/wire/content.ts';
import type { Dialect } from '../../core/wire/dialect.ts';
import { embedders } from '../../dialects/embeddings/embedders.ts';
import { dialects } from '../../dialects/index.ts';

/** The wire formats that clients and providers may use. */
export type AppWire = {
  readonly dialects: ReadonlyMap<DialectId, Dialect>;
  /** Dialects for embedding calls. */
  readonly embedders: ReadonlyMap<DialectId, Dialect>;
};

export function appWire(): AppWire {
  return {
    dialects: new Map(dialects.map((dialect) => [dialect.id, dialect])),
    embedders: embedders(dialects),
  };
}
