import type { Tokens } from '../core/units.ts';

/** Why something that was asked for is not in what a model sees. */
export type LeftOutReason =
  | 'no-roots'
  | 'outside-roots'
  | 'missing'
  | 'forbidden'
  | 'not-a-file'
  | 'too-large'
  | 'binary'
  | 'changed-while-reading'
  | 'unreadable'
  | 'ignored'
  | 'lock-file'
  | 'generated'
  | 'minified'
  | 'dependencies'
  | 'submodule'
  | 'nested-repository'
  | 'too-many-files'
  | 'no-room'
  | 'cut';

/** Reasons for which something that a person may have written was not looked at. The others leave nothing to review. */
const unseen: ReadonlySet<LeftOutReason> = new Set([
  'outside-roots',
  'too-large',
  'changed-while-reading',
  'unreadable',
  'too-many-files',
  'no-room',
  'cut',
]);

/** Whether a review that left this out has not seen everything that it was to see. */
export function leavesGap({ reason }: Pick<LeftOut, 'reason'>): boolean {
  return unseen.has(reason);
}

/** One thing that is not sent, or not whole. Every tool lists these: nothing is dropped in silence. */
export type LeftOut = {
  readonly path: string;
  readonly reason: LeftOutReason;
  /** A sentence that a user can act on. */
  readonly detail: string;
  /** What it would have taken to send, where that is known. */
  readonly tokens?: Tokens;
};
