import type { EngineContext } from './engine-context.ts';
import { findRoute } from './find-route.ts';
import type { ExpectedCall } from './open-parent.ts';
import { sizeOfCall, withStored } from './routing/size-of-call.ts';

/** Whether some model could serve a call if it were made now. */
export async function canServe(
  engine: EngineContext,
  { call, furtherTokens = 0 }: ExpectedCall,
): Promise<boolean> {
  const size = await sizeOfCall(engine, call);
  const route = await findRoute(engine, call, furtherTokens > 0 ? withStored(size, furtherTokens) : size);
  return route.kind === 'found';
}
