import { Refused } from '../problem.ts';

type Row = {
  readonly provider: string;
  readonly models: RegExp;
  /** If empty, the member itself is refused. */
  readonly efforts: readonly string[];
};

/**
 * The efforts that models accept at their providers, according to their documentation; the first matching row is used.
 */
const rows: readonly Row[] = [
  { provider: 'openai', models: /^gpt-[34]|chat/, efforts: [] },
  { provider: 'openai', models: /^gpt-5-pro/, efforts: ['high'] },
  { provider: 'openai', models: /^gpt-5\.\d+-pro/, efforts: ['medium', 'high', 'xhigh'] },
  { provider: 'openai', models: /^o\d|codex/, efforts: ['low', 'medium', 'high', 'xhigh'] },
  { provider: 'openai', models: /^gpt-5(?:-|$)/, efforts: ['minimal', 'low', 'medium', 'high'] },
  { provider: 'openai', models: /^gpt-5\.1/, efforts: ['none', 'low', 'medium', 'high'] },
  { provider: 'openai', models: /^gpt-5\.[2-5]/, efforts: ['none', 'low', 'medium', 'high', 'xhigh'] },
  { provider: 'openai', models: /^gpt-6-astra/, efforts: ['low', 'medium', 'high', 'xhigh', 'max'] },
  { provider: 'openai', models: /^gpt-/, efforts: ['none', 'low', 'medium', 'high', 'xhigh', 'max'] },
  { provider: 'deepseek', models: /./, efforts: ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'] },
  { provider: 'groq', models: /gpt-oss/, efforts: ['low', 'medium', 'high'] },
  { provider: 'groq', models: /qwen/, efforts: ['none', 'default'] },
  { provider: 'groq', models: /./, efforts: [] },
  { provider: 'mistral', models: /^mistral-(?:small|medium)/, efforts: ['none', 'high'] },
  { provider: 'mistral', models: /./, efforts: [] },
  { provider: 'moonshot', models: /^kimi-k3/, efforts: ['low', 'high', 'max'] },
  { provider: 'moonshot', models: /^kimi-k2/, efforts: [] },
  { provider: 'xai', models: /^grok-3-mini/, efforts: ['low', 'high'] },
  { provider: 'xai', models: /^grok-4\.3/, efforts: ['none', 'low', 'medium', 'high'] },
  { provider: 'xai', models: /^grok-4\.[5-9]/, efforts: ['low', 'medium', 'high'] },
  { provider: 'xai', models: /./, efforts: [] },
];

/** @throws Refused for an effort that the model does not accept at its provider. */
export function checkEffort(provider: string, model: string, member: string, effort: string): void {
  if (effort === '') return;
  const row = rows.find((one) => one.provider === provider && one.models.test(model));
  if (!row || row.efforts.includes(effort)) return;
  const known = row.efforts.map((one) => `'${one}'`).join(', ');
  const [code, message] =
    row.efforts.length === 0
      ? ['unsupported_parameter', `Unsupported parameter: '${member}' is not supported with this model.`]
      : [
          'unsupported_value',
          `Unsupported value: '${effort}' is not supported with the '${model}' model. Supported values are: ${known}.`,
        ];
  throw new Refused({ kind: 'invalid', status: 400, model: '', message, param: member, code });
}
