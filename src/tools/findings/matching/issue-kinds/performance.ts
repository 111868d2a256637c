import type { IssueCues } from './issue-cues.ts';

/** Work that takes longer than it must. */
export const performanceKinds: IssueCues = {
  'n-plus-one': [
    /n ?\+ ?1|one query (per|for each)|quer(y|ies) (per|for (each|every))|lazy load|eager|separate (quer|select)/,
  ],
  'missing-index': [/(no|missing|without an?) (database )?index|full (table )?scan|sequential scan/],
  quadratic: [
    /quadratic|o\(n ?(\^2|²|\*\*2)\)|nested loop|concatenat\w* (in|inside) (a |the )?loop|stringbuilder|strings\.builder|linear (search|scan)/,
  ],
  'select-star': [/select \*|every column|all columns|unused columns/],
  'no-result-limit': [/paginat|no limit|without (a )?limit|all (rows|records)/],
  'sequential-waits': [/sequential(ly)?|one (after|at a time)|in parallel|promise\.all|concurrently/],
  'repeated-work': [
    /(compil|pars|read|comput|load|calculat|creat)\w*.{0,30}(again|every|each|twice|repeatedly|in (a|the) (hot )?loop|inside the loop|per (request|call))|repeated(ly)? |hoist|memoi[sz]|recomput/,
  ],
  'multiple-enumeration': [
    /(enumerat|execut|evaluat)\w* (several|three|two|many|multiple) times|multiple enumeration|deferred (query|execution)|materiali[sz]e/,
  ],
  'needless-copy': [/\bclon(e|ed|es|ing)\b|deep copy|unnecessary cop|needless|defensive cop/],
  allocation: [/allocat|reuse a buffer|with_capacity|garbage/],
  'not-buffered': [/buffer(ed|ing)|system calls?|syscalls?/],
  're-render': [/re-?render|reflow|layout thrash/],
};
