/**
 * Removes what providers add to a model's name, so that a model is recognised at every provider:
 * `global.anthropic.claude-opus-5-5-v1:0`, `anthropic/claude-opus-5.5:thinking` and `claude-opus-5-5-20261001` all
 * become `claude-opus-5-5`.
 */
export function plainName(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/^.*\//, '')
      .replace(/^(?:global|regional|us-gov|us|eu|apac|au|jp|ca)\./, '')
      .replace(
        /^(?:amazon|anthropic|cohere|deepseek|google|meta|minimax|mistral|moonshot|nvidia|openai|qwen|zai)\./,
        '',
      )
      // A revision of Bedrock has one digit after the colon, and no "v" only in `-1:0`.
      .replace(/(?:(?:-v\d+:\d|-1:0)(?::\w+)?|:[\w.-]+|@[\w.-]+)$/, '')
      .replace(/-(?:20\d{6}|20\d\d-\d\d-\d\d)$/, '')
      .replace(/-latest$/, '')
      .replaceAll('.', '-')
  );
}
