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

/** One thing that is not sent, or not whole. Every tool lists these: nothing is dropped in silence. */
export type LeftOut = {
  readonly path: string;
  readonly reason: LeftOutReason;
  /** A sentence that a user can act on. */
  readonly detail: string;
  /** What it would have taken to send, where that is known. */
  readonly tokens?: Tokens;
};
