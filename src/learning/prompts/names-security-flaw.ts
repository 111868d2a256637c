/**
 * Whether a request names a flaw of security, in the words of a dozen languages. Hashed words know only those that they
 * were trained on, and languages that join words (`Sicherheitsüberprüfung`) have new ones all the time. Above pasted
 * code such a word asks for a security review, unless the request says that it does not: "no exploit", "just reformat".
 */
export function namesSecurityFlaw(request: string): boolean {
  return flaw.test(request) && !otherWish.test(request);
}

const otherWish =
  /(?<!\p{L})(?:no|not|don['’]t|without|fixed|solved|already|just|only|instead|kein\p{L}*|nicht|nur|ohne|behoben|pas|sans|seulement|sin|solo|sólo|не|только)(?!\p{L})/iu;

const start = String.raw`(?<!\p{L})`;
const flaw = new RegExp(
  [
    String.raw`${start}vulnerab|${start}vulnérab|${start}exploit|${start}insecure|${start}attackers?(?!\p{L})`,
    String.raw`${start}(?:sql|code|command|shell|html|header|log|ldap|template|script|prompt)[ -]injections?(?!\p{L})`,
    String.raw`${start}(?:xss|csrf|ssrf)(?!\p{L})`,
    String.raw`${start}security (?:audit|review|check|issue|hole|flaw|bug|problem|risk)`,
    String.raw`${start}sicherheits(?:l(?:ü|ue)cke|audit|(?:ü|ue)?(?:ber)?pr(?:ü|ue)f|problem|risik|m[aä]ng|check)`,
    String.raw`${start}schwachstelle|${start}angreifbar|${start}failles?(?!\p{L})|${start}fall[oa]s? de seguridad`,
    String.raw`${start}kwetsbaar|${start}beveiligingslek|${start}podatnoś|${start}уязвим|漏洞|安全(?:审|問題|问题)|脆弱性|취약점`,
  ].join('|'),
  'iu',
);
