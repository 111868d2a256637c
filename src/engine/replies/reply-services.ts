import type { Clock, Codecs, Plugins, SettingsOf } from '../services.ts';

/** What giving an answer to its caller depends on. */
export type ReplyServices = Pick<Codecs, 'dialects'> &
  Pick<Plugins, 'acceptance' | 'caches' | 'outputGuardrails' | 'scorers'> &
  Clock &
  SettingsOf<'keepBodies' | 'holdHeadMs'>;
