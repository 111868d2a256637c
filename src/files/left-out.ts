import type { Tokens } from '../core/units.ts';

/** Why something that was requested is not in what a model sees. */
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
  | 'marked-by-change'
  | 'dependencies'
  | 'merge'
  | 'submodule'
  | 'nested-repository'
  | 'too-many-files'
  | 'no-room'
  | 'cut';

/**
 * Reasons for which content that a person may have written was not reviewed. The other reasons leave nothing to review.
 */
const unseen: ReadonlySet<LeftOutReason> = new Set([
  'outside-roots',
  'too-large',
  'changed-while-reading',
  'merge',
  'unreadable',
  'marked-by-change',
  'too-many-files',
  'no-room',
  'cut',
]);

/** Whether leaving this out means that a review did not see everything it should. */
export function leavesGap({ reason }: Pick<LeftOut, 'reason'>): boolean {
  return unseen.has(reason);
}

/** Something that is not sent, or not sent whole. Every tool lists these: nothing is dropped silently. */
export type LeftOut = {
  readonly path: string;
  readonly reason: LeftOutReason;
  /** A sentence that tells the user what to do. */
  readonly detail: string;
  /** The tokens it would have taken, if known. */
  readonly tokens?: Tokens;
};
