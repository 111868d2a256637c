import type { DeploymentMemory } from '../deployments/deployment-memory.ts';
import type { ConversationMemory } from '../memory/conversation-memory.ts';
import type { Clock, Codecs, ModelSupply, Router, SettingsOf } from '../services.ts';

/** What routing a call depends on. */
export type RoutingServices = ModelSupply &
  Codecs &
  Pick<Router, 'policyFor' | 'classify' | 'qualityOf'> &
  Pick<DeploymentMemory, 'stats'> &
  Pick<ConversationMemory, 'origins' | 'conversations' | 'answerLengths'> &
  Clock &
  SettingsOf<'preferences' | 'fallbacks' | 'allow' | 'foreignIds' | 'reserveOutputTokens'>;
