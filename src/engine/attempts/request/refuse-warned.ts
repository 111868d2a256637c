import { ConclaveError } from '../../../core/errors.ts';

/** In strict mode, a warning about the request rules a candidate out. @throws ConclaveError `unsupported` */
export function refuseWarned([first]: readonly string[]): void {
  if (first === undefined) return;
  throw new ConclaveError('unsupported', `${first} x-conclave-strict refuses that.`);
}
