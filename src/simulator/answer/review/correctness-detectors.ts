import type { Detector } from './detector.ts';

export const correctnessDetectors: readonly Detector[] = [
  {
    id: 'off-by-one',
    category: 'correctness',
    severity: 'high',
    difficulty: 0.45,
    pattern:
      /<=\s*(?:\w+(?:\.\w+)*\.(?:length|size\(\)|len\(\))|len\(\s*\w+\s*\)|\w+\.length\(\))\s*[;:){]|range\(\s*(?:\d+\s*,\s*)?len\(\w+\)\s*\+\s*1\)|\.\.=\s*\w+\.len\(\)/,
    titles: ['Off-by-one at the end of the loop', 'Loop reads one past the end', 'Index bound is inclusive'],
    why: [
      'The last round uses an index equal to the length, which does not exist.',
      'Indices end at length minus one; this bound lets one more through.',
    ],
    fix: ['Use < instead of <=.', 'Stop before the length.'],
  },
  {
    id: 'loose-null',
    category: 'correctness',
    severity: 'low',
    difficulty: 0.2,
    languages: ['js'],
    pattern:
      /[^=!]==\s*(?:null|undefined|""|''|0|false|true)\b|[^=!]!=\s*(?:null|undefined|""|''|0|false|true)\b/,
    titles: ['Loose equality', '== instead of ===', 'Comparison with coercion'],
    why: [
      'Coercion makes values equal that are not, such as 0 and the empty string.',
      'With == the operands are converted first, which hides mistakes.',
    ],
    fix: ['Compare with ===.', 'Use strict equality and say which empty value is meant.'],
  },
  {
    id: 'division-by-zero',
    category: 'correctness',
    severity: 'medium',
    difficulty: 0.5,
    pattern:
      /[\w)\]]\s*\/\s*(?:\w+\.(?:length|size\(\)|len\(\))|len\(\s*\w+\s*\)|(?:count|total|n|num\w*|divisor|denominator|size)\b)(?!\s*\/)/,
    unless: /\?|if |\|\||Math\.max|max\(|\/\/.*\/|https?:|import|from ['"]/,
    absent: [
      /(?:length|size|count|total|\bn|len\(\w+\)|divisor|denominator)\s*(?:===?|>|!==?|<=|<)\s*0|is_empty|isEmpty|if not \w+/,
      4,
    ],
    titles: ['Division by zero', 'Divisor may be zero', 'Unchecked denominator'],
    why: [
      'For an empty input the divisor is zero, giving NaN, infinity or an exception.',
      'Nothing rules out a divisor of zero here.',
    ],
    fix: ['Handle the empty case before dividing.', 'Return early when the divisor is zero.'],
  },
  {
    id: 'mutable-default-argument',
    category: 'correctness',
    severity: 'medium',
    difficulty: 0.3,
    languages: ['py'],
    pattern: /def\s+\w+\(.*=\s*(?:\[\s*\]|\{\s*\}|set\(\)|dict\(\)|list\(\))/,
    titles: ['Mutable default argument', 'Default list is shared between calls', 'Shared default value'],
    why: [
      'The default is made once, so what one call adds the next one sees.',
      'All calls without the argument share one object.',
    ],
    fix: ['Default to None and create the object inside.', 'Create the container in the body.'],
  },
  {
    id: 'integer-overflow',
    category: 'correctness',
    severity: 'medium',
    difficulty: 0.7,
    languages: ['java', 'go', 'rust'],
    pattern:
      /\(\s*(?:low|lo|left|start|l)\s*\+\s*(?:high|hi|right|end|r)\s*\)\s*\/\s*2|\bint\s+\w+\s*=\s*\w+(?:\.\w+\(?\)?)*\s*\*\s*(?:1000|1024|3600|60|24|\w+)\s*\*|\(int\)\s*\w*(?:long|millis|time|size|length)\w*|int32\(\s*\w*(?:size|len|total|count)\w*|as (?:i32|u8|u16|i16)\b/i,
    titles: ['Integer overflow', 'Arithmetic may wrap', 'Narrowing conversion loses bits'],
    why: [
      'For large values the result does not fit the type and wraps to something else.',
      'The intermediate result can exceed the range of the type.',
    ],
    fix: ['Use a wider type or checked arithmetic.', 'Compute without the overflowing intermediate.'],
  },
  {
    id: 'swapped-arguments',
    category: 'correctness',
    severity: 'high',
    difficulty: 0.8,
    pattern:
      /\b\w*(?:copy|move|rename|transfer|replace)\w*\(\s*(?:dst|dest\w*|to|target|new\w*)\s*,\s*(?:src|source\w*|from|old\w*)\b|\b\w*(?:clamp|between|range|rect|random)\w*\(\s*(?:max\w*|high|end|height)\s*,\s*(?:min\w*|low|start|width)\b|setTimeout\(\s*\d+\s*,|assertEquals?\(\s*(?:actual|result)\s*,\s*expected/i,
    titles: ['Arguments in the wrong order', 'Swapped arguments', 'Source and destination exchanged'],
    why: [
      'The names say the opposite of the parameters they are passed for.',
      'The order of the arguments does not match their meaning.',
    ],
    fix: ['Swap them, or pass an object with named fields.', 'Check the order against the signature.'],
  },
  {
    id: 'missing-null-check',
    category: 'correctness',
    severity: 'medium',
    difficulty: 0.5,
    pattern:
      /\.(?:find|match|querySelector|getElementById|exec)\([^()]*(?:\([^()]*\)[^()]*)*\)\.(?!then|catch|length\b)\w+|\.(?:get|getOrDefault)\([^()]*\)\.(?:get|to\w+|equals|length)\(|re\.(?:match|search)\([^()]*\)\.\w+|\.unwrap\(\)/,
    unless: /\?\.|\?\?|unwrap_or/,
    titles: ['Possible null dereference', 'Missing null check', 'Result may be absent'],
    why: [
      'The lookup can find nothing, and then the next member access throws.',
      'An absent result is used as if it were there.',
    ],
    fix: ['Check the result before using it.', 'Handle the case that nothing is found.'],
  },
  {
    id: 'assignment-in-condition',
    category: 'correctness',
    severity: 'high',
    difficulty: 0.3,
    languages: ['js', 'java', 'other'],
    pattern: /\b(?:if|while)\s*\(\s*\w+(?:\.\w+)*\s*=\s*[^=>~]/,
    unless: /\(\s*\(|exec\(|:=|let /,
    titles: [
      'Assignment in a condition',
      '= where == was meant',
      'Condition always takes the assigned value',
    ],
    why: [
      'This assigns instead of comparing, so the condition is what was assigned.',
      'A single = stores the value.',
    ],
    fix: ['Compare with ===.', 'Use the comparison operator.'],
  },
  {
    id: 'float-money',
    category: 'correctness',
    severity: 'medium',
    difficulty: 0.6,
    pattern:
      /\b(?:float|double|f32|f64|parseFloat|Number)\b.{0,20}\b(?:price|amount|balance|total_?(?:cost|price|amount)|money|salary|invoice)|\b(?:price|amount|balance|money|salary)\w*\s*:\s*(?:float|f64|f32)\b/i,
    titles: ['Money in floating point', 'Binary fractions for currency', 'Rounding errors in amounts'],
    why: [
      'Decimal amounts have no exact binary form, so sums drift by cents.',
      'Floats cannot hold 0.10 exactly.',
    ],
    fix: ['Count in whole cents, or use a decimal type.', 'Use integers of the smallest unit.'],
  },
  {
    id: 'nan-compare',
    category: 'correctness',
    severity: 'medium',
    difficulty: 0.3,
    pattern: /[!=]==?\s*(?:NaN|Number\.NaN|math\.nan|float\(['"]nan['"]\)|f64::NAN|Double\.NaN)\b/,
    titles: ['Comparison with NaN', 'NaN never equals itself', 'NaN check that cannot succeed'],
    why: [
      'NaN is unequal to everything, itself included, so this is constant.',
      'The check has the same result always.',
    ],
    fix: ['Use Number.isNaN or its like.', 'Ask with isNaN.'],
  },
  {
    id: 'string-identity',
    category: 'correctness',
    severity: 'medium',
    difficulty: 0.35,
    languages: ['java', 'py'],
    pattern: /\w+\s*[!=]=\s*"[^"]*"\s*[)&|;]|\bis\s+(?:not\s+)?(?:["'\d]|\[)/,
    unless: /\.equals|\bis\s+not\s+None|is None/,
    titles: [
      'Values compared by identity',
      'Object identity instead of equality',
      'Reference comparison of strings',
    ],
    why: [
      'This compares references; equal values in different objects are not the same.',
      'It works only as long as the runtime happens to share the object.',
    ],
    fix: ['Compare by value.', 'Use equals (Java) or == (Python).'],
  },
  {
    id: 'parse-int-radix',
    category: 'correctness',
    severity: 'low',
    difficulty: 0.3,
    languages: ['js'],
    pattern: /\bparseInt\(\s*[^,()]+(?:\([^()]*\))?\s*\)|\.map\(\s*parseInt\s*\)/,
    titles: ['parseInt without a radix', 'Radix missing', 'Number parsing depends on the prefix'],
    why: ['Text such as 0x10 is read as hexadecimal.', 'The base is guessed from the text.'],
    fix: ['Pass 10, or use Number().', 'Give the radix.'],
  },
  {
    id: 'modified-while-iterating',
    category: 'correctness',
    severity: 'high',
    difficulty: 0.6,
    pattern: /\b(?:\w+)\.(?:remove|splice|delete|pop|del)\(/,
    after: [/\bfor\s*\(?.*\b(?:of|in|:)\s*\w+|\.forEach\(/, 3],
    unless: /copy|slice|list\(|\[:\]/,
    titles: [
      'Collection changed while iterating',
      'Removal inside the loop over it',
      'Iterator invalidation',
    ],
    why: [
      'Removing while iterating skips elements or throws.',
      'The loop and the removal disagree about positions.',
    ],
    fix: [
      'Iterate over a copy, or filter into a new collection.',
      'Collect what to remove and do it afterwards.',
    ],
  },
];
