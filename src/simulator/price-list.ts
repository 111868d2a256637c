/** USD per million tokens as providers publish it: decimal text, so that no digit is lost. */
export type Rates = {
  readonly input: string;
  readonly output: string;
  /** Default: `input`. */
  readonly cacheRead?: string;
  /** Default: `input`. */
  readonly cacheWrite?: string;
  /** Default: `cacheWrite`. */
  readonly cacheWriteLong?: string;
  /** USD per call, regardless of size. */
  readonly perCall?: string;
};

export type Offer = {
  /** Absent if the provider does not publish it. */
  readonly window?: number;
  readonly rates: Rates;
  /** Rates of the whole call if its prompt has more than `over` tokens. */
  readonly long?: { readonly over: number; readonly rates: Rates };
  /** Rates in these hours, Monday to Friday (UTC); the second hour of each pair is excluded. */
  readonly peak?: {
    readonly hours: readonly (readonly [from: number, until: number])[];
    readonly rates: Rates;
  };
};

/** 9:00 to 12:00 and 14:00 to 18:00 in Beijing, when DeepSeek charges double on working days. */
const beijingOffice = [
  [1, 4],
  [6, 10],
] as const;

/**
 * Prices copied by hand from the providers' public price pages in November 2026. Deliberately written separately from
 * the catalogue, so that the two tables check each other.
 */
export const priceList: Readonly<Record<string, Offer>> = {
  'anthropic/claude-fable-5-1': claude(1_000_000, ['10', '50', '0.25', '12.5', '20']),
  'anthropic/claude-fable-5': claude(1_000_000, ['10', '50', '1', '12.5', '20']),
  'anthropic/claude-opus-5-5': claude(1_000_000, ['4', '20', '0.2', '5', '8']),
  'anthropic/claude-opus-5': claude(1_000_000, ['5', '25', '0.5', '6.25', '10']),
  'anthropic/claude-opus-4-8': claude(1_000_000, ['5', '25', '0.5', '6.25', '10']),
  'anthropic/claude-opus-4-7': claude(1_000_000, ['5', '25', '0.5', '6.25', '10']),
  'anthropic/claude-opus-4-6': claude(1_000_000, ['5', '25', '0.5', '6.25', '10']),
  'anthropic/claude-opus-4-5': claude(200_000, ['5', '25', '0.5', '6.25', '10']),
  'anthropic/claude-opus-4-1': claude(200_000, ['15', '75', '1.5', '18.75', '30']),
  'anthropic/claude-sonnet-5': claude(1_000_000, ['2', '10', '0.2', '2.5', '4']),
  'anthropic/claude-sonnet-4-6': claude(1_000_000, ['3', '15', '0.3', '3.75', '6']),
  'anthropic/claude-sonnet-4-5': {
    ...claude(200_000, ['3', '15', '0.3', '3.75', '6']),
    long: {
      over: 200_000,
      rates: { input: '6', output: '22.5', cacheRead: '0.6', cacheWrite: '7.5', cacheWriteLong: '12' },
    },
  },
  'anthropic/claude-haiku-5-5': {
    ...claude(1_000_000, ['0.1', '0.5', '0.01', '0.125', '0.2']),
    long: {
      over: 100_000,
      rates: { input: '0.5', output: '2.5', cacheRead: '0.05', cacheWrite: '0.625', cacheWriteLong: '1' },
    },
  },
  'anthropic/claude-haiku-4-5': claude(200_000, ['1', '5', '0.1', '1.25', '2']),

  'openai/gpt-6-astra': gptWithWrites(271_999, ['10', '50', '1', '12.5'], ['20', '75', '2', '25']),
  'openai/gpt-6-sol': gptWithWrites(272_000, ['2', '10', '0.2', '2.5'], ['4', '15', '0.4', '5']),
  'openai/gpt-6-luna': gptWithWrites(
    272_000,
    ['0.1', '0.5', '0.01', '0.125'],
    ['0.2', '0.75', '0.02', '0.25'],
  ),
  'openai/gpt-5.6-sol': gptWithWrites(271_999, ['4', '20', '0.4', '5'], ['8', '30', '0.8', '10']),
  'openai/gpt-5.6-terra': gptWithWrites(271_999, ['2', '12', '0.2', '2.5'], ['4', '18', '0.4', '5']),
  'openai/gpt-5.6-luna': gptWithWrites(
    271_999,
    ['0.2', '1.2', '0.02', '0.25'],
    ['0.4', '1.8', '0.04', '0.5'],
  ),
  'openai/gpt-5.5': stepped(1_000_000, 271_999, ['5', '30', '0.5'], ['10', '45', '1']),
  'openai/gpt-5.4': stepped(1_050_000, 271_999, ['2.5', '15', '0.25'], ['5', '22.5', '0.5']),
  'openai/gpt-5.4-mini': plain(400_000, '0.75', '4.5', '0.075'),
  'openai/gpt-5.4-nano': plain(400_000, '0.2', '1.25', '0.02'),
  'openai/gpt-5.2': plain(400_000, '1.75', '14', '0.175'),
  'openai/gpt-5.1': plain(400_000, '1.25', '10', '0.125'),
  'openai/gpt-5': plain(400_000, '1.25', '10', '0.125'),
  'openai/gpt-5-mini': plain(400_000, '0.25', '2', '0.025'),
  'openai/gpt-5-nano': plain(400_000, '0.05', '0.4', '0.005'),
  'openai/gpt-4.1': plain(1_000_000, '2', '8', '0.5'),
  'openai/gpt-4.1-mini': plain(1_000_000, '0.4', '1.6', '0.1'),
  'openai/gpt-4.1-nano': plain(1_000_000, '0.1', '0.4', '0.025'),
  'openai/gpt-4o': plain(128_000, '2.5', '10', '1.25'),
  'openai/gpt-4o-mini': plain(128_000, '0.15', '0.6', '0.075'),
  'openai/o3': plain(200_000, '2', '8', '0.5'),
  'openai/o4-mini': plain(200_000, '1.1', '4.4', '0.275'),
  'openai/text-embedding-3-large': vectors('0.13'),
  'openai/text-embedding-3-small': vectors('0.02'),
  'openai/text-embedding-ada-002': vectors('0.1'),

  'google/gemini-3.1-pro-preview': stepped(1_048_576, 200_000, ['2', '12', '0.2'], ['4', '18', '0.4']),
  'google/gemini-3.8-flash': plain(1_000_000, '0.75', '3.75', '0.075'),
  'google/gemini-3.7-flash': plain(1_000_000, '0.75', '3.75', '0.075'),
  'google/gemini-3.6-flash': plain(1_000_000, '0.75', '3.75', '0.075'),
  'google/gemini-3.5-flash': plain(1_000_000, '1.5', '9', '0.15'),
  'google/gemini-3.5-flash-lite': plain(1_000_000, '0.3', '2.5', '0.03'),
  'google/gemini-3.1-flash-lite': plain(1_000_000, '0.25', '1.5', '0.025'),
  'google/gemini-2.5-pro': stepped(1_048_576, 200_000, ['1.25', '10', '0.125'], ['2.5', '15', '0.25']),
  'google/gemini-2.5-flash': plain(1_048_576, '0.3', '2.5', '0.03'),
  'google/gemini-2.5-flash-lite': plain(1_000_000, '0.1', '0.4', '0.01'),
  'google/gemini-embedding-001': vectors('0.15'),

  'deepseek/deepseek-v4-pro': {
    ...plain(1_000_000, '0.66', '1.98', '0.022'),
    peak: { hours: beijingOffice, rates: { input: '1.32', output: '3.96', cacheRead: '0.044' } },
  },
  'deepseek/deepseek-v4-flash': {
    ...plain(1_000_000, '0.15', '0.6', '0.003'),
    peak: { hours: beijingOffice, rates: { input: '0.3', output: '1.2', cacheRead: '0.006' } },
  },
  'deepseek/deepseek-flash': {
    ...plain(1_000_000, '0.15', '0.6', '0.003'),
    peak: { hours: beijingOffice, rates: { input: '0.3', output: '1.2', cacheRead: '0.006' } },
  },

  'mistral/mistral-large-2512': plain(262_144, '0.5', '1.5', '0.05'),
  'mistral/mistral-medium-3-5': plain(262_144, '1.5', '7.5', '0.15'),
  'mistral/mistral-small-2603': plain(262_144, '0.15', '0.6', '0.015'),
  'mistral/devstral-2512': plain(262_144, '0.4', '2', '0.04'),
  'mistral/codestral-2508': plain(256_000, '0.3', '0.9', '0.03'),
};

/** Servers on the user's own machine: all of their models are free. */
export const freeProviders: ReadonlySet<string> = new Set([
  'ollama',
  'lmstudio',
  'lm-studio',
  'vllm',
  'llamacpp',
  'llama.cpp',
  'llama-cpp',
]);

function plain(window: number, input: string, output: string, cacheRead: string): Offer {
  return { window, rates: { input, output, cacheRead } };
}

/** An embedding model has no output; its window applies to each text. */
function vectors(input: string): Offer {
  return { rates: { input, output: '0' } };
}

/** In the order of Anthropic's table: input, output, cache read, five-minute write, one-hour write. */
function claude(window: number, prices: readonly [string, string, string, string, string]): Offer {
  const [input, output, cacheRead, cacheWrite, cacheWriteLong] = prices;
  return { window, rates: { input, output, cacheRead, cacheWrite, cacheWriteLong } };
}

type InputOutputRead = readonly [string, string, string];

function stepped(window: number, over: number, short: InputOutputRead, long: InputOutputRead): Offer {
  const rates = ([input, output, cacheRead]: InputOutputRead): Rates => ({ input, output, cacheRead });
  return { window, rates: rates(short), long: { over, rates: rates(long) } };
}

type InputOutputReadWrite = readonly [string, string, string, string];

/** Since GPT-5.6 OpenAI bills writes to its prompt cache. */
function gptWithWrites(over: number, short: InputOutputReadWrite, long: InputOutputReadWrite): Offer {
  const rates = ([input, output, cacheRead, cacheWrite]: InputOutputReadWrite): Rates => ({
    input,
    output,
    cacheRead,
    cacheWrite,
  });
  return { window: 1_050_000, rates: rates(short), long: { over, rates: rates(long) } };
}
