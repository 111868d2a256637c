import type { Provider } from '../core/provider.ts';

const bedrock: Provider = {
  id: 'bedrock',
  name: 'Amazon Bedrock',
  dialects: [{ dialect: 'bedrock-converse', baseUrl: 'https://bedrock-runtime.{AWS_REGION}.amazonaws.com' }],
  auth: 'aws-sigv4',
  // The credential chain reads the rest: secret, session token, profile, container or instance role.
  keyVariables: ['AWS_ACCESS_KEY_ID', 'AWS_PROFILE'],
  keyIsShared: true,
  quirks: {
    // https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html; Amazon's models take one text.
    embeddingBatch: { '*cohere*': 96, '*': 1 },
  },
  // `us.anthropic.claude-haiku-4-5-20251001-v1:0`, `amazon.nova-pro-v1:0` and ARNs. The makers are listed, because
  // names of other models look the same: `qwen2.5-tuned-v2`.
  ownNames:
    /^(?:arn:aws[\w-]*:bedrock:|(?:(?:global|us-gov|us|eu|apac|au|jp|ca)\.)?(?:ai21|amazon|anthropic|cohere|deepseek|google|luma|meta|minimax|mistral|moonshot|moonshotai|nvidia|openai|qwen|stability|twelvelabs|writer|zai)\.[\w.-]+-v\d+(?::\d+)?$)/,
  local: false,
  keyUrl: 'https://docs.aws.amazon.com/bedrock/latest/userguide/getting-started.html',
  otherNames: ['amazon-bedrock'],
  nativeTo: ['bedrock-converse'],
};

export default bedrock;
