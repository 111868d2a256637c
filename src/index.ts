// Published declarations name Node's types: a program whose `types` are empty must find them too.
/// <reference types="node" preserve="true" />

export { ConclaveError, errorCodes, type ErrorCode, type ErrorDetails } from './core/errors.ts';
export type { ConfigInput } from './config/schema/config-schema.ts';
export type { ContentPart, MediaSource, Message } from './core/wire/content.ts';
export type {
  ChatParams,
  ChatResponse,
  ChatToolCall,
  LLMProvider,
  ModelInfo,
  StreamChunk,
  TokenCount,
} from './core/wire/llm-provider.ts';
export type { ModelConfig } from './core/model.ts';
export type { OutputFormat, Reasoning, ToolChoice, ToolDefinition } from './core/wire/request.ts';
export { taskTypes, tiers, type TaskType, type Tier } from './core/task.ts';
export { usdText, type Ms, type NanoUsd, type Tokens, type Usd } from './core/units.ts';
export type { FinishReason } from './core/wire/stream-part.ts';
export {
  createConclave,
  type AnswerChunk,
  type AnswerOutcome,
  type ChatMessage,
  type ChatRequest,
  type Conclave,
  type ConclaveOptions,
  type ConclaveResponse,
} from './surfaces/library/create-conclave.ts';
export type { Council, ToolOptions } from './surfaces/library/council.ts';
export type { Finding, FindingCategory, Severity } from './core/finding.ts';
export type { Preview, PreviewCandidate } from './core/routing/decision/preview.ts';
export type { Advice, Change, Interval, ReplayReport, Shift } from './core/routing/what-if.ts';
