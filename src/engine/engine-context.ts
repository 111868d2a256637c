import type { EngineMemory } from './engine-memory.ts';
import type { EngineServices, Runner } from './services.ts';

/** What the stages share: the services, and the state that outlives a call. */
export type EngineContext = EngineServices & EngineMemory & Runner;
