import type { Clock, Codecs, Plugins, SettingsOf } from '../parts.ts';

/** What giving an answer to its caller depends on. */
export type ReplyParts = Pick<Codecs, 'dialects'> &
  Pick<Plugins, 'acceptance' | 'caches' | 'outputGuardrails' | 'scorers'> &
  Clock &
  SettingsOf<'keepBodies' | 'holdHeadMs'>;
