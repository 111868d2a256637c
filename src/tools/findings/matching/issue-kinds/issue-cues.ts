/** Kinds of issue by name, each with the cues that indicate it. Cues are matched against lower-case text. */
export type IssueCues = Readonly<Record<string, readonly RegExp[]>>;
