import type { DeploymentMemory } from '../deployments/deployment-memory.ts';
import type { ConversationMemory } from '../memory/conversation-memory.ts';
import type {
  Bookkeeping,
  Clock,
  Codecs,
  EngineServices,
  ModelSupply,
  Router,
  SettingsOf,
} from '../services.ts';

/** What ranking the candidates of a call depends on. */
export type RoutingServices = ModelSupply &
  Codecs &
  Pick<Router, 'policyFor' | 'classify' | 'qualityOf'> &
  Pick<DeploymentMemory, 'stats'> &
  Pick<ConversationMemory, 'storedAnswers' | 'thoughtMakers' | 'conversations' | 'answerLengths'> &
  Clock &
  SettingsOf<'preferences' | 'fallbacks' | 'allow' | 'foreignIds' | 'reserveOutputTokens'>;

/** What finding a route depends on: what other processes know is read first, and a prompt near a window is counted. */
export type RouteServices = CountingServices & UpdateServices & Pick<ConversationMemory, 'turnThoughts'>;

/** Counts a prompt if its estimate is not enough. */
export type CountingServices = RoutingServices & Pick<EngineServices, 'countTokens'>;

/** What is known to other processes on the same store. */
export type UpdateServices = Pick<DeploymentMemory, 'limits' | 'benches'> &
  Pick<ConversationMemory, 'storedAnswers' | 'thoughtMakers'> &
  Pick<Bookkeeping, 'ledger'> &
  Pick<Router, 'knowsLearned' | 'recallLearned'>;
