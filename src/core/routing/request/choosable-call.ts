import type { Call, CallLimits, Principal, RawRequest } from '../../call.ts';
import type { ModelRequest } from '../../wire/request.ts';

/** What decides which models may answer a call: all that is needed to choose again for a recorded one. */
export type ChoosableCall = Pick<
  Call,
  'models' | 'modelReason' | 'policy' | 'providerPreferences' | 'parent'
> & {
  readonly request: Pick<ModelRequest, 'model' | 'embedding'>;
  readonly raw?: Pick<RawRequest, 'dialect'>;
  readonly principal: Pick<Principal, 'routing'>;
  readonly limits: Pick<CallLimits, 'tier'>;
};
