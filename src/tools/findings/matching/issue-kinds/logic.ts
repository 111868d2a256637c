import type { IssueCues } from './issue-cues.ts';

/** Conditions, branches, loops and calls that do something else than was meant. */
export const logicKinds: IssueCues = {
  'off-by-one': [
    /off.?by.?one|fence.?post|one (too many|too few|more|less)|one extra|extra (empty|iteration)|inclusive|exclusive/,
  ],
  'zero-based': [/zero-?based|one-?based|counts? .{0,20}from (0|zero)|0 to 11|start at 0/],
  'position-zero': [/position (0|zero)|returns 0|strpos|beginning, which/],
  'lost-remainder': [
    /(last|remaining|incomplete|final|remainder|trailing).{0,40}(dropped|missing|lost|skipped|ignor|omitted|cut)/,
  ],
  'boundary-condition': [/boundary|< (where|instead of) <=|strictly|exactly (equal|at|now)|edge case/],
  'replace-first-only': [/(only|just) the first (occurrence|match)|replaceall|all occurrences/],
  'inverted-condition': [
    /invert|wrong way (a)?round|negat(ed|ion)|swapped|opposite|reversed? (condition|logic|check)/,
  ],
  'operator-precedence': [/precedence|parenthes/],
  'wrong-operator': [
    /(&&|\|\||\band\b|\bor\b) (instead of|where|should be)|wrong operator|assignment (instead|in) /,
  ],
  'wrong-variable': [
    /wrong (variable|argument|field|parameter|column|index|key)|copy-?paste|arguments? .{0,20}(swapped|order)/,
  ],
  'swapped-arguments': [/(arguments?|parameters?|operands?).{0,30}(swap|order|wrong|revers)/],
  'fall-through': [/fall.?through|missing break/],
  'missing-case': [
    /(missing|unhandled|not handled|forgotten).{0,12}(case|branch|default|state|variant)|default (branch|case)|exhaustive/,
  ],
  'missing-return': [
    /missing (a )?return|no return|returns? nothing|implicit(ly)? returns?|continues? after/,
  ],
  'unreachable-code': [/unreachable|dead code|never (used|reached|called|read)|unused/],
  'no-effect': [/(has|have|without|no) (no )?effect|does nothing|is a no-?op/],
  'annotation-ignored': [
    /(annotation|decorator|attribute).{0,40}(no effect|ignored|not apply|does not apply|bypass)|self-invocation|proxy/,
  ],
  'missing-validation': [
    /(not|never|un)\w* ?(validated|checked|sanitised|sanitized)|(no|missing|lacks?) (input )?(validation|check)|unchecked/,
  ],
  'wrong-count': [
    /(counter|count|total|summary|number of)\b.{0,40}(wrong|incorrect|too (high|low)|off|fail|includes?|although)|(increment|increased|counted)\w*.{0,30}(fail|too|twice|although|even|regardless)/,
  ],
  'wrong-formula': [/formula|median|calculation|computed? (wrong|incorrect)|miscalculat/],
  comparator: [
    /comparator|sort(ed|s|ing|\(\))?.{0,40}(string|alphabet|lexicograph|wrong|ascending|descending|order)|wrong order|reverse(d)? order|order of the results/,
  ],
  'subtraction-comparator': [
    /(subtract|difference).{0,40}(compar|sort|order)|(comparator|compareto).{0,40}(subtract|overflow|difference)/,
  ],
  'unstable-order': [
    /iteration order|(order|output).{0,40}(not guaranteed|nondetermin|random|undefined|varies)|non-?determinis/,
  ],
};
