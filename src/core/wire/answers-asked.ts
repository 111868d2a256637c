import type { ModelRequest } from './request.ts';

/** Returns how many answers the client wants at once. Each is paid for, the prompt once. */
export function answersAsked({ extras }: Pick<ModelRequest, 'extras'>): number {
  return extras?.find(({ answers }) => answers !== undefined)?.answers ?? 1;
}
