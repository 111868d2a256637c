import type { IssueCues } from './issue-cues.ts';

/** Untrusted input that is run, parsed or followed. */
export const injectionKinds: IssueCues = {
  'sql-injection': [
    /sql.?inject|inject.{0,40}(sql|quer|statement)/,
    /(quer|statement|sql).{0,50}(concat|interpolat|sprintf|f-string|template literal|built from|assembled)/,
    /(concat|interpolat|unsaniti|untrusted|user input|unescaped).{0,50}(quer|statement|sql)/,
    /prepared ?statement|placeholder|bound parameter|parameteri[sz]ed/,
  ],
  'nosql-injection': [/nosql|\$where|mongo.{0,20}inject|operator injection/],
  'command-injection': [
    /(command|shell|os).?inject|shell ?= ?true|shell string|by the shell|arbitrary commands?/,
  ],
  'kernel-open': [/kernel#?\.?open|pipe character|starts? a subprocess/],
  'code-execution': [/\beval\b|arbitrary (code|python|javascript)|remote code|code execution|\brce\b/],
  'dynamic-dispatch': [
    /dynamic dispatch|\bsend\b.{0,20}(param|input)|(choose|chooses|call|calls|invoke)\w* (the|any) method|reflection/,
  ],
  'template-injection': [/template inject|\bssti\b/],
  'ldap-injection': [/ldap/],
  'unsafe-deserialisation': [
    /deseriali[sz]|unpickl|pickle|unsafe (yaml|loader)|safe_?load|yaml\.load|readobject/,
  ],
  'cross-site-scripting': [
    /\bxss\b|cross-site script|innerhtml|dangerouslyset|unescaped.{0,40}(html|dom|content|page|output)|(html|output).{0,20}escap/,
  ],
  'output-escaping': [
    /(not|without|never|un)\w* ?escap|html-?escap|text\/template|html\/template|auto-?escap/,
  ],
  'web-view-bridge': [/webview|javascript ?interface|(javascript|native|js) bridge/],
  'path-traversal': [
    /path.?travers|directory travers|dot-?dot|\.\.\/|escape.{0,30}(director|folder)|arbitrary file|outside (the|of the) .{0,20}(folder|director)/,
  ],
  'file-inclusion': [/file inclusion|\binclude\b.{0,40}(param|request|visitor|input)/],
  'zip-slip': [/zip.?slip|tar.?slip|archive entr/],
  'server-side-request-forgery': [
    /\bssrf\b|server-side request|internal (services?|hosts?|network)|metadata (endpoint|service)|169\.254/,
  ],
  'cross-site-request-forgery': [/\bcsrf\b|\bxsrf\b|cross-site request forg/],
  'open-redirect': [/open.?redirect|redirect.{0,40}(any|unvalidat|arbitrary|untrusted|external)|phishing/],
  'wrong-host-trust': [/host header|allowed_hosts/],
  'xml-external-entity': [/\bxxe\b|external entit|doctype|\bdtd\b/],
  'entity-expansion': [/billion laughs|entity expansion|zip bomb|decompression bomb/],
  'formula-injection': [/(csv|formula).?inject|spreadsheet/],
  'log-injection': [/log.?(inject|forg)/],
  'header-injection': [/header.?inject|response splitting|crlf/],
  'prototype-pollution': [/prototype pollution|__proto__/],
  'mass-assignment': [/mass.?assign|over-?posting|overwrit.{0,20}(any|arbitrary) (field|attribute)/],
  'format-string': [/format.?string/],
  'regex-backtracking': [
    /redos|backtrack|(regex|regular expression|pattern).{0,40}(exponential|hang|catastroph)|exponential.{0,20}(regex|match|pattern)|nested quantifier/,
  ],
  'upload-type': [
    /(content|file|mime).?type.{0,40}(trust|client|unchecked|not checked|not validated)|file extension/,
  ],
  'executable-upload': [/(upload\w*).{0,40}(execut|run|script|shell)|web ?shell|unrestricted upload/],
};
