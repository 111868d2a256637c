import type { Deployment } from '../../core/deployment.ts';
import { callerHider } from '../attempts/failure/hide-from-caller.ts';
import type { Chunk } from '../attempts/reply/chunk.ts';

/** Removes from the warnings in a chunk what errors of the provider are not to show either; the same chunk if it has none. */
export function withHiddenWarnings(chunk: Chunk, deployment: Deployment): Chunk {
  if (!chunk.parts.some(({ type }) => type === 'warning')) return chunk;
  const hide = callerHider(deployment);
  const parts = chunk.parts.map((part) =>
    part.type === 'warning' ? { ...part, message: hide(part.message) } : part,
  );
  return { ...chunk, parts };
}
