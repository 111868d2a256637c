import { ConclaveError } from '../core/errors.ts';
import { schemaVersion } from './migrations/index.ts';

/**
 * Throws if the schema is newer than this program, which must not write into it. `place` is the database's name for
 * people.
 */
export function refuseNewerSchema(place: string, version: number): void {
  if (version <= schemaVersion) return;
  throw new ConclaveError(
    'configuration',
    `The database ${place} has schema version ${version}, this Conclave knows versions up to ${schemaVersion}. ` +
      'Install the newer Conclave again, or set CONCLAVE_HOME to another folder.',
  );
}
