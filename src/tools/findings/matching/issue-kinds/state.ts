import type { IssueCues } from './issue-cues.ts';

/** Values that are shared, changed or outdated. */
export const stateKinds: IssueCues = {
  'mutable-default': [/mutable default|default (list|argument|value).{0,40}(shared|mutable|evaluated|once)/],
  'mutated-state': [
    /mutat|in.?place|modif\w+ (the )?(input|argument|parameter|original|previous state)|side effect|caller's/,
  ],
  'shared-memory': [
    /alias|backing array|shares? (memory|the same)|shallow copy|same (array|object|list) (object|instance)?/,
  ],
  'global-state': [/global (state|variable|mutable)|module-level (state|variable)|static mutable/],
  'class-variable-state': [/class variable|class-level|static (field|variable).{0,30}(request|user)|@@/],
  'late-closure': [/captur|late binding|closure|loop variable|(last|final) value of/],
  'pointer-to-loop-variable': [/address of the loop|pointer to (the )?(loop|same)/],
  'stale-value': [
    /stale|out.?dated (value|state)|out of date|cache.{0,30}(invalidat|refresh|outdated)|invalidat/,
  ],
  'incomplete-cache-key': [/cache key|(same|one|wrong) (cache )?entr(y|ies)|keyed by/],
  'duplicate-entries': [/duplicat\w* (item|entr|row|record|key|id)|twice|more than once/],
  'never-reset': [/never (reset|cleared|updated)|not (reset|updated)|accumulat/],
  'orphaned-rows': [/orphan|cascade|foreign key|dangling (row|record|reference)/],
  overwrites: [/overwrit/],
};
