import type { Language } from './situation.js'

/** What the shop answers when a customer has asked again. */
export const FOLLOW_UPS: Record<Language, readonly string[]> = {
  cs: [
    'děkuji, že jste se ozvali. Prověřila jsem to ještě jednou a dnes odpoledne vám dám vědět, jak to dopadlo.',
    'omlouvám se, tohle se stát nemělo. Řeším to osobně a do večera máte odpověď.',
    'ano, takto to můžeme udělat. Všechno je zařízené, z vaší strany už není potřeba nic.',
    'děkujeme za doplnění, hned to předáváme do skladu.',
  ],
  sk: ['ďakujeme za správu. Preverili sme to ešte raz a dnes popoludní vám dáme vedieť.', 'ospravedlňujeme sa, nemalo sa to stať. Do večera máte odpoveď.', 'áno, takto to môžeme urobiť. Všetko je vybavené.'],
  pl: ['dziękujemy za wiadomość. Sprawdziliśmy to ponownie i dziś po południu damy znać.', 'przepraszamy, to nie powinno się było zdarzyć. Odpowiedź otrzymają Państwo do wieczora.', 'tak, możemy tak zrobić. Wszystko jest już załatwione.'],
  el: ['σας ευχαριστούμε για το μήνυμα. Το ελέγξαμε ξανά και θα σας ενημερώσουμε σήμερα το απόγευμα.', 'ζητούμε συγγνώμη, δεν έπρεπε να συμβεί. Θα έχετε απάντηση ως το βράδυ.', 'ναι, μπορούμε να το κάνουμε έτσι. Είναι όλα έτοιμα.'],
  en: ['thank you for getting back to us. I have checked it again and will let you know this afternoon.', 'I am sorry, this should not have happened. You will have an answer by this evening.', 'yes, we can do it that way. Everything is arranged.'],
}

/** What customers of the living demo answer to whatever an agent wrote. */
export const ANSWERS: Record<Language, readonly string[]> = {
  cs: [
    'děkuji za rychlou odpověď, takto mi to vyhovuje.',
    'skvělé, moc děkuji za ochotu!',
    'rozumím. A můžete mi prosím ještě napsat, kdy přesně to bude?',
    'děkuji. Jen se chci ujistit – budu za to ještě něco platit?',
    'bohužel pořád nic. Můžete se na to prosím podívat znovu?',
  ],
  sk: ['ďakujem za rýchlu odpoveď, takto mi to vyhovuje.', 'super, ďakujem za ochotu!', 'rozumiem. A viete mi ešte napísať, kedy presne to bude?'],
  pl: ['dziękuję za szybką odpowiedź, tak będzie dobrze.', 'świetnie, bardzo dziękuję!', 'rozumiem. A kiedy dokładnie to nastąpi?'],
  el: ['σας ευχαριστώ για την άμεση απάντηση, συμφωνώ.', 'τέλεια, σας ευχαριστώ πολύ!', 'κατάλαβα. Και πότε ακριβώς θα γίνει αυτό;'],
  en: ['thank you for the quick answer, that works for me.', 'great, thanks a lot!', 'I see. And when exactly will that be?'],
}

/** Whether it only says that all is well, and so needs no answer. */
export function isThanks(text: string): boolean {
  return !/[?;;]/.test(text) && /d[ěe]kuj|díky|super|ďakuj|dziękuj|ευχαριστ|thank|dorazil|v pořádku|w porządku/i.test(text)
}
