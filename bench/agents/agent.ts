/** A coding agent as its maker ships it, run without its screen. */
export type Agent = {
  readonly name: string;
  /** Its packages at npm, with their versions. */
  readonly packages: readonly string[];
  /** The model of each provider that it is given. */
  readonly models: Readonly<Record<Provider, string>>;
  /** Its program, among the installed packages of `folder`. */
  program(folder: string): string;
  /** Its settings: files below its home folder, or below the folder that it works in. */
  settings?(gateway: GatewayAccess): Settings;
  environment(gateway: GatewayAccess): Readonly<Record<string, string>>;
  /** Asks it to read a file with one of its own tools. */
  task(file: string): string;
  /** The arguments of one turn of a conversation. */
  turn(turn: Turn): readonly string[];
};

/** The providers that an agent's conversation visits, one a turn. */
export const providers = ['anthropic', 'openai', 'google', 'deepseek', 'bedrock', 'ollama'] as const;

export type Provider = (typeof providers)[number];

/** What an agent needs to know of the gateway. */
export type GatewayAccess = {
  readonly url: string;
  readonly key: string;
  readonly models: readonly string[];
};

export type Settings = {
  readonly home?: Readonly<Record<string, string>>;
  readonly work?: Readonly<Record<string, string>>;
};

export type Turn = {
  readonly prompt: string;
  readonly model: string;
  /** The first turn begins a conversation, all others continue it. */
  readonly isFirst: boolean;
};

/** For agents that accept any name of a model. */
export const usualModels: Agent['models'] = {
  anthropic: 'anthropic/claude-sonnet-5',
  openai: 'openai/gpt-6-sol',
  google: 'google/gemini-3.1-pro-preview',
  deepseek: 'deepseek/deepseek-v4-pro',
  bedrock: 'bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0',
  ollama: 'ollama/qwen3:8b',
};
