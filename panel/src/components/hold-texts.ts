import { catalogue } from '../texts/catalogue';

// The texts of suspensions of subscriptions and websites.
export const holdTexts = catalogue({
  reason: 'Reason',
  reasonHint: 'Only the provider and the administrator see it.',
  publicMessage: 'Public message',
  publicMessageHint: 'Visitors and the customer can read it.',
  until: 'End',
  untilHint: 'Leave it empty to suspend until somebody activates it.',
  date: 'Date',
  time: 'Time',
  invalidTime: 'Enter a date, and a time such as 14:30.',
}, {
  reason: 'Grund',
  reasonHint: 'Nur der Anbieter und der Administrator sehen ihn.',
  publicMessage: 'Öffentliche Nachricht',
  publicMessageHint: 'Besucher und der Kunde können sie lesen.',
  until: 'Ende',
  untilHint: 'Lassen Sie es leer, um bis zur Aktivierung zu sperren.',
  date: 'Datum',
  time: 'Uhrzeit',
  invalidTime: 'Geben Sie ein Datum ein, und eine Uhrzeit wie 14:30.',
});
