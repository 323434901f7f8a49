/** One matter that took three weeks: a café's first machine, with a colleague's help. Customer and shop in turn. */
export const LONG_CONVERSATION = {
  subject: 'Kávovar Perla Duo pro kavárnu: přípojka, školení, termín',
  writer: { name: 'Kavárna Pod Kaštany', address: 'objednavky@podkastany.example', language: 'cs' },
  letters: [
    'otevíráme 1. prosince a vybrali jsme Perlu Duo. Stačí jí normální zásuvka, nebo musí elektrikář natáhnout něco silnějšího?',
    'gratuluji k otevření! Perla Duo má příkon 3,4 kW, potřebuje tedy vlastní jištěný okruh 16 A. Nákres přípojky posílám v příloze, elektrikáři bude stačit.',
    'elektrikář to zvládne příští týden. A voda? Máme jen studenou a tlak kolem 2 barů.',
    'dva bary stačí. Jen doporučuji změkčovač, v Olomouci máte tvrdou vodu. Máme ho skladem a technik ho zapojí zároveň s kávovarem.',
    'dobře, přidejte ho do objednávky. Kolik to bude celkem i s montáží?',
    'kávovar, změkčovač a montáž vycházejí na 84 300 Kč bez DPH. Nabídku posílám v příloze, platí do konce měsíce.',
    'platíme převodem, nebo se dá rozložit na splátky?',
    'obojí jde. Splátky děláme na 12 měsíců bez navýšení, potřebujeme k tomu jen výpis z rejstříku.',
    'výpis posíláme v příloze. Prosíme tedy o 12 splátek.',
    'děkuji, splátky jsou schválené. Smlouvu posílám k podpisu, stačí elektronicky.',
    'podepsáno. Kdy přijede technik?',
    'technik má volno ve středu 18. od devíti. Bude potřebovat přístup k hlavnímu jističi a asi tři hodiny.',
    've středu nám přijde nábytek, šlo by to ve čtvrtek?',
    'čtvrtek 19. v deset je volný, zapsala jsem ho. Technik se jmenuje pan Skácel a půl hodiny předem zavolá.',
    'výborně. Ještě bychom chtěli školení pro tři baristy, dá se spojit s instalací?',
    'dá. Lektorka přijede tentýž den ve 14 hodin, školení trvá tři hodiny a první je k novému kávovaru zdarma.',
    'skvělé! Kolik kávy na školení máme mít připraveno?',
    'nic nechystejte, přivezeme tři kila Mlynářky a dvě Tří komínů. Co zbyde, je vaše.',
    'kávovar běží, pan Skácel byl skvělý. Jen při páře slyšíme pískání, je to v pořádku?',
    'pískání na začátku je v pořádku, do týdne se trysky usadí. Kdyby neustalo, stačí napsat a technik se zastaví.',
    'po týdnu píská pořád, hlavně pravá tryska. Video posílám kolegovi na telefon, tady je fotka.',
    'děkuji, podle fotky je tryska dotažená nakřivo. Pan Skácel se zastaví v pondělí ráno před otevřením.',
    'opraveno za deset minut, děkujeme. V úterý otevíráme, přijďte na kávu!',
  ],
  notes: [
    'Velká zakázka – @Jana schválila splátky bez navýšení.',
    'Skácel potvrdil čtvrtek 19. v deset, auto má změkčovač i náhradní trysky.',
    'Pravou trysku vyměnit rovnou za nový typ, ne jen dotáhnout.',
  ],
} as const

/** Junk, as it comes to every address that stands on a page. */
export const JUNK = [
  { name: 'SEO Boost Team', address: 'rank@seo-boost.example', subject: 'First page of the search results in 7 days', text: 'Dear webmaster, we checked your site and found 37 critical errors. Reply now for a free audit!' },
  { name: 'Loterie', address: 'vyhra@loterie-online.example', subject: 'Gratulujeme, byli jste vylosováni!', text: 'Váš e-mail vyhrál 850 000 EUR. Pro převod zašlete kopii dokladu a poplatek 90 EUR.' },
  { name: 'Crypto Invest', address: 'info@crypto-invest.example', subject: 'Passive income 2 500 € a day', text: 'Our robot trades for you. Limited places, register today.' },
  { name: 'Ředitel', address: 'jana.mala.ceo@firemni-posta.example', subject: 'Spěchá: platba ještě dnes', text: 'Jste u počítače? Potřebuji rychle a diskrétně poslat platbu dodavateli. Odpovězte jen na tento e-mail.' },
] as const
