import type { IssueCues } from './issue-cues.ts';

/** Numbers, texts, times and types. */
export const valueKinds: IssueCues = {
  'null-dereference': [
    /null ?pointer|null.?(deref|check|safety)|(null|none|undefined|nil)\b.{0,50}(throws|deref|crash|not checked|returned|check|access)|(is|be|for|are|returns?|against|possibly|when) (null|none|undefined|nil)\b|dereferenc|npe\b|attributeerror|of undefined/,
  ],
  'typed-nil': [/typed nil|nil (pointer|interface|concrete)|non-nil interface/],
  'missing-key': [/key ?error|missing key|key (is|may be|might be) (missing|absent)|unknown key/],
  'out-of-bounds': [
    /out.?of.?(bounds|range)|index(ing|es)?.{0,40}(panic|crash|error|exceed|not checked|directly)|unchecked (index|access|length)|get_unchecked|beyond the (buffer|end)|buffer over(read|run|flow)|length.{0,30}(trusted|not validated|not checked)|indexerror|indexoutofbounds/,
    /(fewer|less|not enough|too few) (columns|elements|items|arguments|entries|parts|than)|(array|list|vector|slice|line|row).{0,20}(too )?short|without (arguments|parameters)|no (argument|element)s? (is|are)/,
  ],
  'division-by-zero': [
    /divi(sion|des|sor|ded|ding).{0,20}(by )?(zero|0\b)|zerodivision|empty (input|list|sequence|array|slice|collection)/,
  ],
  overflow: [/overflow|wraps? (around|the)|wrap-?around/],
  underflow: [/underflow|checked_sub|below zero|becomes? negative/],
  'lossy-cast': [
    /truncat\w*.{0,30}(cast|amount|integer|upper|conver)|(lossy|truncating|narrowing|implicit) (conversion|cast)|try_from|loses? precision/,
  ],
  'truncated-division': [/integer division|drops the fraction/],
  'large-integer': [/2\^53|64-bit|safe integer|large (id|integer|number)s?|big ?int/],
  'float-money': [
    /float(ing|s)?.{0,30}(point|money|price|addition|inexact|currenc)|binary fractions|rounding/,
  ],
  'float-equality': [/float.{0,40}(equal|compar)|epsilon/],
  'imprecise-constructor': [/bigdecimal|representation error/],
  nan: [/\bnan\b/],
  'negative-amount': [/negative (amount|value|number|quantit|price)/],
  'mixed-units': [
    /unit(s)? (mismatch|conversion|confus)|(milli)?seconds.{0,30}(milli)?seconds|in (seconds|ms|bytes|cents) .{0,40}(in|with|but) /,
  ],
  currency: [/\bcurrenc/],
  'time-zone': [/time.?zone|tzinfo|naive|local time|\butc\b/],
  'daylight-saving': [/daylight|summer time|\bdst\b|24 hours/],
  'leap-year': [/leap (year|day|second)|29 february|february 29/],
  'week-year': [/week.?year|\byyyy\b/],
  'lenient-parsing': [/lenient|accepts? (invalid|impossible|nonsens)\w*|(31|30) february/],
  radix: [/radix|octal|parseint|base (8|10|16)/],
  'character-set': [/charset|encoding|utf-?8|utf-?16|multi-?byte|unicode|surrogate|code ?points?/],
  'byte-order': [/endian|byte order/],
  locale: [/locale|decimal comma/],
  'case-sensitivity': [/case-?(in)?sensitiv|upper.?case|lower.?case|to_?lower/],
  anchor: [/anchor/],
  'word-boundary': [/word boundar/],
  'reference-comparison': [
    /compar\w*.{0,30}(reference|identity|with ==|by reference)|reference (comparison|equality)|== (operator|compares)|instead of equals|use equals|\.equals|(does|do) not compare the (content|value)|interned/,
  ],
  'loose-equality': [/loose equality|===|type coercion|truthy|falsy/],
  'equals-hashcode': [/hash ?code|__hash__/],
  'wrong-type': [
    /wrong type|type (error|mismatch|confusion|assertion|conversion)|(read|parsed|treated|stored) as (a )?(string|text|number)/,
  ],
  'class-cast': [/class.?cast|instanceof|downcast|cast.{0,30}(fail|throws|wrong|before)/],
};
