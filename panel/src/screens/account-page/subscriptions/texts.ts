import { catalogue } from '../../../texts/catalogue';

export const subscriptionsTexts = catalogue({
  plan: 'Plan',
  emptyTitle: 'No subscriptions yet',
  emptyLead: 'A subscription has websites and the resources for them.',
  expiresOn: (time: string) => `Expires: ${time}`,
  websitesOf: (domain: string) => `Websites of ${domain}`,
  noWebsites: 'No websites',
  open: 'Open the subscription',
  more: 'Show more',
}, {
  plan: 'Plan',
  emptyTitle: 'Noch keine Abonnements',
  emptyLead: 'Ein Abonnement hat Websites und die Ressourcen dafür.',
  expiresOn: (time: string) => `Läuft ab: ${time}`,
  websitesOf: (domain: string) => `Websites von ${domain}`,
  noWebsites: 'Keine Websites',
  open: 'Abonnement öffnen',
  more: 'Mehr anzeigen',
});
