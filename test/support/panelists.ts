import type { TestContext } from 'node:test';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { createConclave, type Conclave, type LLMProvider } from '../../src/index.ts';
import { tempFolder } from './temp-folder.ts';

/** What a panelist was sent, as one string. */
export type Heard = { readonly who: string; readonly text: string };

export type Panelist = {
  readonly name: string;
  /** Its model, which is also its family. Default: `m`, shared by all. */
  readonly model?: string;
  /** Its context window. Default: 200,000 tokens. */
  readonly maxContext?: number;
  /** Dollars per million tokens. Default: 10. */
  readonly costPerMToken?: number;
  readonly say: (heard: string, signal: AbortSignal | undefined) => string | Promise<string>;
};

/** A Conclave with only these models. Each returns the scripted answer, and the requests sent to it are recorded. */
export async function panelOf(
  t: TestContext,
  panelists: readonly Panelist[],
  cwd?: string,
  config?: ConfigInput,
) {
  const heard: Heard[] = [];
  const home = tempFolder(t);
  const conclave: Conclave = await createConclave({
    home,
    ...(cwd !== undefined && { cwd }),
    ...(config && { config }),
    providers: panelists.map((one) => providerOf(one, heard)),
  });
  t.after(() => conclave.close());
  return { conclave, heard, home };
}

function providerOf(
  { name, model: id = 'm', maxContext = 200_000, costPerMToken = 10, say }: Panelist,
  heard: Heard[],
): LLMProvider {
  const model = { id, maxContext, costPerMToken };
  const answer = async (params: Parameters<LLMProvider['chat']>[0]) => {
    const text = params.messages
      .flatMap(({ content }) => content)
      .map((part) => (part.type === 'text' ? part.text : ''))
      .join('\n');
    heard.push({ who: name, text });
    return { text: await say(text, params.signal), usage: { inputTokens: 1_000, outputTokens: 500 } };
  };
  return {
    name,
    models: [model],
    chat: answer,
    async *stream(params) {
      const { text, usage } = await answer(params);
      yield { type: 'text', text };
      yield { type: 'usage', usage };
    },
    getModelInfo: () => model,
    estimateCost: () => 0,
  };
}
