import type { EngineMemory } from './engine-memory.ts';
import type { EngineParts, Runner } from './parts.ts';

/** What the stages share: the parts, and the state that outlives a call. */
export type EngineContext = EngineParts & EngineMemory & Runner;
