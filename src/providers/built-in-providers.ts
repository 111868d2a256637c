import type { Provider } from '../core/provider.ts';
import { providers } from './index.ts';
import { localServers } from './local-servers.ts';
import { openaiCompatible } from './openai-compatible.ts';
import { compatibleProviders } from './compatible-providers.ts';

/** Every provider that needs no more than a key: those with a file of their own, then the tables. */
export const builtInProviders: readonly Provider[] = [
  ...providers,
  ...compatibleProviders.map(openaiCompatible),
  ...localServers.map(openaiCompatible),
];
