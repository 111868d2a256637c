import type { DeploymentMemory } from '../deployments/deployment-memory.ts';
import type { ConversationMemory } from '../memory/conversation-memory.ts';
import type {
  Clock,
  Codecs,
  Logging,
  ModelSupply,
  Plugins,
  ProviderAccess,
  Randomness,
  SettingsOf,
} from '../services.ts';
import type { MissingEndpoints } from './fallback/missing-endpoints.ts';
import type { RetryBudget } from './fallback/retry-budget.ts';
import type { SeenRefusals } from './fallback/seen-refusals.ts';

/** What earlier attempts leave for later ones, in addition to what they show about deployments and conversations. */
export type AttemptMemory = {
  readonly missing: MissingEndpoints;
  readonly seenRefusals: SeenRefusals;
  readonly retryBudget: RetryBudget;
};

/** What asking a provider depends on. */
export type AttemptServices = Pick<ModelSupply, 'catalogue'> &
  Codecs &
  ProviderAccess &
  DeploymentMemory &
  Pick<ConversationMemory, 'storedAnswers' | 'thoughtMakers' | 'turnThoughts'> &
  AttemptMemory &
  Logging &
  Pick<Plugins, 'outputGuardrails'> &
  Clock &
  Randomness &
  SettingsOf<'retries' | 'timeouts' | 'keepBodies' | 'balance'>;
