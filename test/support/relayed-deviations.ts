/** How a provider's relayed replies deviate from OpenAI's document, in addition to the deviations of OpenAI's own. */
export type RelayedDeviation = {
  readonly providers: readonly string[];
  /** What the provider does, in words. */
  readonly does: string;
  /** As `OpenaiSpecification.deviations` writes them. */
  readonly signatures: readonly string[];
};

const whole = 'CreateChatCompletionResponse';
const chunk = 'CreateChatCompletionStreamResponse';
const annotated = {
  Response: '/output/*/content/*/annotations/*',
  ResponseCompletedEvent: '/response/output/*/content/*/annotations/*',
  ResponseContentPartDoneEvent: '/part/annotations/*',
  ResponseOutputItemDoneEvent: '/item/content/*/annotations/*',
  ResponseOutputTextAnnotationAddedEvent: '/annotation',
};

/** Every entry occurs in a recording; remove an entry that no longer does. */
export const relayedDeviations: readonly RelayedDeviation[] = [
  {
    providers: ['alibaba', 'cerebras', 'deepseek', 'groq', 'huggingface', 'moonshot', 'perplexity', 'zai'],
    does: 'a message has no `refusal`',
    signatures: [`${whole}|/choices/*/message|#/required|required|refusal`],
  },
  {
    providers: ['alibaba', 'perplexity', 'zai'],
    does: 'a chunk before the last has no `finish_reason`',
    signatures: [`${chunk}|/choices/*|#/properties/choices/items/required|required|finish_reason`],
  },
  {
    providers: ['openai', 'perplexity'],
    does: 'a chunk is called otherwise: nothing by Azure’s router, a whole completion by Perplexity',
    signatures: [`${chunk}|/object|#/properties/object/enum|enum|`],
  },
  {
    providers: ['groq'],
    does: 'a message that calls a tool has no `content`',
    signatures: [`${whole}|/choices/*/message|#/required|required|content`],
  },
  {
    providers: ['groq'],
    does: 'a `service_tier` of its own',
    signatures: ['anyOf/*/enum|enum|', 'anyOf/*/type|type|null', 'anyOf|anyOf|'].map(
      (end) => `${whole}|/service_tier|#/components/schemas/ServiceTier/${end}`,
    ),
  },
  {
    providers: ['huggingface'],
    does: 'the details of the usage are null',
    signatures: [
      ...['completion_tokens_details', 'prompt_tokens_details'].map(
        (name) =>
          `${chunk}|/usage/${name}|#/components/schemas/CompletionUsage/properties/${name}/type|type|object`,
      ),
      ...['anyOf/*/type|type|null', 'anyOf|anyOf|'].map((end) => `${chunk}|/usage|#/properties/usage/${end}`),
    ],
  },
  {
    providers: ['openrouter'],
    does: 'an annotation is a file and not a page',
    signatures: [
      `${whole}|/choices/*/message/annotations/*|#/properties/annotations/items/required|required|url_citation`,
      `${whole}|/choices/*/message/annotations/*/type|#/properties/annotations/items/properties/type/enum|enum|`,
    ],
  },
  {
    providers: ['openrouter'],
    does: 'a call without arguments has none',
    signatures: [
      `${whole}|/choices/*/message/tool_calls/*|#/items/allOf/*/if|if|`,
      `${whole}|/choices/*/message/tool_calls/*/function|#/components/schemas/ChatCompletionMessageToolCall/properties/function/required|required|arguments`,
    ],
  },
  {
    providers: ['xai'],
    does: 'a citation says which page it is of, and not where it stands in the text or what the page is called',
    signatures: Object.entries(annotated).flatMap(([schema, place]) => [
      `${schema}|${place}|#/allOf/*/if|if|`,
      ...['end_index', 'start_index', 'title'].map(
        (name) => `${schema}|${place}|#/components/schemas/UrlCitationBody/required|required|${name}`,
      ),
    ]),
  },
  {
    providers: ['xai'],
    does: 'the same where it arrives by itself, which may be null',
    signatures: ['anyOf/*/type|type|null', 'anyOf|anyOf|'].map(
      (end) => `ResponseOutputTextAnnotationAddedEvent|/annotation|#/properties/annotation/${end}`,
    ),
  },
  {
    providers: ['xai'],
    does: 'a search on the web has no `action`',
    signatures: [
      'Response|/output/*|#/required|required|action',
      'ResponseCompletedEvent|/response/output/*|#/required|required|action',
      'ResponseOutputItemDoneEvent|/item|#/required|required|action',
    ],
  },
];
