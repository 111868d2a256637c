import type { IssueCues } from './issue-cues.ts';

/** Access rights, secrets and the cryptography that protects them. */
export const accessKinds: IssueCues = {
  'hard-coded-secret': [
    /hard-?cod.{0,40}(secret|key|password|credential|token)|(secret|credential|key|password|token).{0,60}(committed|in the repository|in source|embedded|version control|in the code)/,
  ],
  'secret-in-log': [
    /(token|key|password|secret|credential|personal data|\bpii\b).{0,40}(\blogs?\b|logged|printed)|(logs?|prints?|logging).{0,30}(token|key|password|secret|credential|pii|personal)/,
  ],
  'secret-in-url': [/(token|key|password|secret).{0,30}(url|query string)/],
  'clear-text-storage': [
    /sharedpreferences|(stored|written|kept|saved|storage).{0,30}(clear|plain|unencrypt)|encrypted at rest|insecure storage|keystore|keychain/,
  ],
  'client-side-storage': [/local ?storage|session ?storage|httponly/],
  'signature-not-verified': [
    /signature.{0,40}(not|never|without|miss).{0,20}(verif|check)|without verify|forge[sd]?\b|verif.{0,20}signature|unsigned/,
  ],
  'expiry-not-checked': [
    /expir(ed|y|es|ation).{0,40}(accept|never|not|ignor|no |miss)|never expires?|no expiry|exp claim/,
  ],
  replay: [/replay/],
  'missing-authentication': [
    /unauthenticated|(no|missing|without|lacks?).{0,20}authenticat|without (a )?(login|logging in|key)/,
  ],
  'missing-authorisation': [
    /(permission|access|authori[sz]ation|ownership|role|admin)\w*.{0,20}(check|control).{0,40}(miss|bypass|disappear|vanish|skipp|absent|not)|(missing|no|without|lacks?|bypass\w*) .{0,20}(permission|authori[sz]ation|ownership|access)|\bidor\b|insecure direct object|(other|another|any|foreign) (users?|customers?|tenants?|accounts?)|anybody|anyone|everyone|not (filtered|scoped|restricted) (by|to)|privilege|all rights/,
  ],
  'use-before-check': [
    /before (it |they |the \w+ )?(is|are|has been|have been|being)?.{0,10}(verified|checked|validated)|after (its|their|the) use|checked too late/,
  ],
  'user-enumeration': [/(whether|if) the account exists|enumerat\w* (users|accounts)|unknown user/],
  'assert-for-checks': [/\bassert(ion)?s?\b.{0,80}(disabled|removed|stripped|vanish|optimi|-o\b|compiled)/],
  'session-fixation': [/session.?fixation|session.{0,30}(regenerat|rotat|renew)/],
  'brute-force': [/brute.?force|rate.?limit|guess(ed|ing)? .{0,20}password|lockout/],
  'cookie-flags': [/cookie.{0,40}(secure|samesite|httponly|flag|attribute)|httponly|samesite/],
  cors: [/\bcors\b|cross-origin|access-control-allow|same-origin|any origin|every origin/],
  clickjacking: [/clickjack|x-frame|frame-ancestors/],
  'debug-exposed': [/debug (mode|endpoint)|stack traces?.{0,20}(sent|client|expos|leak)|internal details/],
  'insecure-default': [/default typing|insecure default|unsafe default/],
  'tls-not-verified': [
    /insecureskipverify|certificates?.{0,30}(not|disabled|any|verif|accept)|verif.{0,20}(certificate|disabled)|skip\w* (certificate )?verif|man-in-the-middle|\bmitm\b|verify ?= ?false|(server|peer).{0,12}identity|authentication of the server|self-signed/,
  ],
  'old-tls': [/old tls|tls ?1\.[01]|sslv|minversion/],
  'plain-http': [/plain ?http|unencrypted|clear ?text|plaintext/],
  'weak-hash': [/md5|sha-?1\b|(weak|fast|broken|unsuitable).{0,20}hash|work factor|argon2|bcrypt|scrypt/],
  'missing-salt': [/\bsalt(ed)?\b|rainbow table/],
  'timing-leak': [
    /constant.?time|timing|side.?channel|(stops|exits?|returns).{0,12}first (differ|mismatch)|early exit|byte.by.byte|duration|response time/,
  ],
  'type-juggling': [/type juggling|magic hash|hash_equals|loose(ly)? (compar|equal)/],
  'weak-randomness': [
    /(predictab|insecure|weak|non-crypto).{0,20}random|random.{0,30}(predict|secure)|securerandom|math\.random|csprng/,
  ],
  'weak-cipher': [
    /\becb\b|\bdes\b|weak cipher|static iv|nonce reuse|reused nonce|\brc4\b|initiali[sz]ation vector/,
  ],
  'hash-flooding': [/hash.?flood|siphash|predictable hash|hash.{0,30}(seed|random)/],
  'file-permissions': [/world-?(read|writ)|0?(666|777|644)\b|file (mode|permissions?)|umask|chmod/],
  'temp-file': [/temp(orary)? file.{0,30}(predict|race|insecure)|mktemp/],
  'symlink-following': [/symlink|symbolic link|follow(s|ing)? links/],
  toctou: [/toctou|time.of.check|check.then.(act|use)/],
};
