import type { Provider } from '../core/provider.ts';
import { providers } from './index.ts';
import { localServers } from './local-servers.ts';
import { openaiCompatible } from './openai-compatible.ts';
import { compatibleProviders } from './compatible-providers.ts';

/** Every provider that needs only a key: first those with their own file, then those of the tables. */
export const builtInProviders: readonly Provider[] = [
  ...providers,
  ...compatibleProviders.map(openaiCompatible),
  ...localServers.map(openaiCompatible),
];
