import type { Provider } from '../core/provider.ts';
import { providers } from './index.ts';
import { localServers } from './local-servers.ts';
import { openaiCompatible } from './openai-compatible.ts';
import { sellers } from './sellers.ts';

/** Every provider that needs no more than a key: those with a file of their own, then the tables. */
export const builtInProviders: readonly Provider[] = [
  ...providers,
  ...sellers.map(openaiCompatible),
  ...localServers.map(openaiCompatible),
];
