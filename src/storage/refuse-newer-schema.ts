import { ConclaveError } from '../core/errors.ts';
import { schemaVersion } from './migrations/index.ts';

/** An older program must not write into what it does not know. `place` is the database as a person knows it. */
export function refuseNewerSchema(place: string, version: number): void {
  if (version <= schemaVersion) return;
  throw new ConclaveError(
    'configuration',
    `The database ${place} has schema version ${version}, this Conclave knows versions up to ${schemaVersion}. ` +
      'Install the newer Conclave again, or set CONCLAVE_HOME to another folder.',
  );
}
