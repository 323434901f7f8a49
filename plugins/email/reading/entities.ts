/*
 * Character references of HTML as a person reads them: the names of HTML 4, the letters of Europe's languages
 * from HTML 5, and numbers. What is no reference stays as it stands.
 */

const from = (first: number, names: string): [string, string][] => names.split(' ').flatMap((name, at) => (name === '_' ? [] : [[name, String.fromCodePoint(first + at)] as [string, string]]))
const LATIN_1 =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest ' +
  'Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig ' +
  'agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml'
const LATIN_EXTENDED =
  'Amacr amacr Abreve abreve Aogon aogon Cacute cacute Ccirc ccirc Cdot cdot Ccaron ccaron Dcaron dcaron Dstrok dstrok Emacr emacr _ _ Edot edot Eogon eogon Ecaron ecaron Gcirc gcirc Gbreve gbreve Gdot gdot ' +
  'Gcedil _ Hcirc hcirc Hstrok hstrok Itilde itilde Imacr imacr _ _ Iogon iogon Idot imath IJlig ijlig Jcirc jcirc Kcedil kcedil kgreen Lacute lacute Lcedil lcedil Lcaron lcaron Lmidot lmidot Lstrok lstrok ' +
  'Nacute nacute Ncedil ncedil Ncaron ncaron napos ENG eng Omacr omacr _ _ Odblac odblac OElig oelig Racute racute Rcedil rcedil Rcaron rcaron Sacute sacute Scirc scirc Scedil scedil Scaron scaron ' +
  'Tcedil tcedil Tcaron tcaron Tstrok tstrok Utilde utilde Umacr umacr Ubreve ubreve Uring uring Udblac udblac Uogon uogon Wcirc wcirc Ycirc ycirc Yuml Zacute zacute Zdot zdot Zcaron zcaron'
const GREEK =
  'Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho _ Sigma Tau Upsilon Phi Chi Psi Omega _ _ _ _ _ _ _ ' +
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigmaf sigma tau upsilon phi chi psi omega'
const SIGNS: Record<string, string> = {
  quot: '"', amp: '&', lt: '<', gt: '>', apos: "'", QUOT: '"', AMP: '&', LT: '<', GT: '>', COPY: '©', REG: '®', NewLine: '\n', Tab: ' ', excl: '!', num: '#', dollar: '$', percnt: '%', lpar: '(', rpar: ')', ast: '*',
  plus: '+', comma: ',', period: '.', sol: '/', colon: ':', semi: ';', equals: '=', quest: '?', commat: '@', lsqb: '[', rsqb: ']', bsol: '\\', lowbar: '_', grave: '`', lcub: '{', rcub: '}', vert: '|', verbar: '|', hyphen: '‐',
  ndash: '–', mdash: '—', horbar: '―', lsquo: '‘', rsquo: '’', sbquo: '‚', ldquo: '“', rdquo: '”', bdquo: '„', lsaquo: '‹', rsaquo: '›', dagger: '†', Dagger: '‡', bull: '•', hellip: '…', permil: '‰', prime: '′', Prime: '″', oline: '‾',
  frasl: '⁄', euro: '€', image: 'ℑ', weierp: '℘', real: 'ℜ', trade: '™', numero: '№', larr: '←', uarr: '↑', rarr: '→', darr: '↓', harr: '↔', crarr: '↵', lArr: '⇐', uArr: '⇑', rArr: '⇒', dArr: '⇓', hArr: '⇔', forall: '∀', part: '∂',
  exist: '∃', empty: '∅', nabla: '∇', isin: '∈', notin: '∉', ni: '∋', prod: '∏', sum: '∑', minus: '−', lowast: '∗', radic: '√', prop: '∝', infin: '∞', ang: '∠', and: '∧', or: '∨', cap: '∩', cup: '∪', int: '∫', there4: '∴', sim: '∼',
  cong: '≅', asymp: '≈', ne: '≠', equiv: '≡', le: '≤', ge: '≥', sub: '⊂', sup: '⊃', nsub: '⊄', sube: '⊆', supe: '⊇', oplus: '⊕', otimes: '⊗', perp: '⊥', sdot: '⋅', loz: '◊', spades: '♠', clubs: '♣', hearts: '♥', diams: '♦',
  check: '✓', star: '☆', starf: '★', phone: '☎', fnof: 'ƒ', circ: 'ˆ', tilde: '˜', thetasym: 'ϑ', upsih: 'ϒ', piv: 'ϖ', ensp: ' ', emsp: ' ', thinsp: ' ', zwnj: '\u200C', zwj: '\u200D', lrm: '', rlm: '', shy: '',
}
const NAMED = new Map([...from(0xa0, LATIN_1), ...from(0x100, LATIN_EXTENDED), ...from(0x391, GREEK), ...Object.entries(SIGNS)])
/** These do without their semicolon, and always did. */
const LOOSE = new Set([...LATIN_1.split(' '), 'quot', 'amp', 'lt', 'gt'])
/** Numbers that mean the sign which Windows has in that place. */
const WINDOWS = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009Dž\u009F'

/** @param attribute - in an address, "&copy=1" is no sign but a parameter */
export function decodeEntities(text: string, attribute = false): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z][a-zA-Z0-9]{1,9}))(;)?(=?)/g, (whole, decimal: string, hex: string, name: string, closed: string, equals: string) => {
    if (!name) return codePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16)) + equals
    const sign = NAMED.get(name)
    return sign === undefined || (!closed && (!LOOSE.has(name) || (attribute && name !== 'amp'))) ? whole : sign + equals
  })
}

function codePoint(code: number): string {
  if (code >= 0x80 && code < 0xa0) return WINDOWS[code - 0x80]
  return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : ''
}
