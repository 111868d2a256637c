import type { Conversation, RequestFeatures } from '../../src/core/routing/request/request-features.ts';

type Groups = Pick<RequestFeatures, 'asked' | 'work' | 'request' | 'key'>;
type Bounds = Partial<RequestFeatures['size']['prompt']>;

/** The members that a test sets, in their groups. */
export type SetFeatures = Partial<Omit<RequestFeatures, keyof Groups | 'size' | 'conversation'>> & {
  readonly [Group in keyof Groups]?: Partial<Groups[Group]>;
} & {
  readonly size?: { readonly prompt?: Bounds; readonly answer?: Bounds; readonly answers?: number } & Partial<
    Pick<RequestFeatures['size'], 'images' | 'fillsWindow'>
  >;
  readonly conversation?: Partial<Conversation>;
};

/** Features of an ordinary request for `auto`, with the members that a test sets. */
export function requestFeatures(set: SetFeatures = {}): RequestFeatures {
  const { asked, work, request, size, key, conversation, ...more } = set;
  return {
    at: 0,
    asked: { model: 'auto', localOnly: false, ...asked },
    work: { isTaskNamed: false, tags: [], isChecked: false, ...work },
    request: { needs: [], toolCount: 0, stream: false, isTextOnly: false, isSpoken: false, ...request },
    size: {
      prompt: { expected: 1_000, ceiling: 4_000, reserved: 4_000, ...size?.prompt },
      answer: { expected: 500, ceiling: 500, reserved: 500, ...size?.answer },
      answers: size?.answers ?? 1,
      images: size?.images ?? 0,
      fillsWindow: size?.fillsWindow ?? false,
    },
    limits: {},
    key: { id: 'k', name: 'k', ...key },
    ...(conversation && { conversation: { model: 'lab/other', warmTokens: 0, ...conversation } }),
    ...more,
  };
}
