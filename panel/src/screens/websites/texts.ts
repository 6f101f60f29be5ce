import { catalogue } from '../../texts/catalogue';

export const websitesTexts = catalogue({
  title: 'Websites',
  search: 'Find websites by domain',
  managerLead: 'Find the websites of all customers.',
  findTitle: 'Find a website',
  findLead: 'There is no list of all websites. Type at least three characters of a domain, such as example.',
  emptyTitle: 'No websites yet',
  emptyLead: 'Open a subscription to add its first website.',
  customer: 'Customer',
  subscription: 'Subscription',
  open: 'Open',
  openOf: (domain: string) => `Open the subscription of ${domain}`,
}, {
  title: 'Websites',
  search: 'Websites nach Domain finden',
  managerLead: 'Finden Sie die Websites aller Kunden.',
  findTitle: 'Website finden',
  findLead: 'Es gibt keine Liste aller Websites. Geben Sie mindestens drei Zeichen einer Domain ein, zum Beispiel example.',
  emptyTitle: 'Noch keine Websites',
  emptyLead: 'Öffnen Sie ein Abonnement, um seine erste Website hinzuzufügen.',
  customer: 'Kunde',
  subscription: 'Abonnement',
  open: 'Öffnen',
  openOf: (domain: string) => `Abonnement von ${domain} öffnen`,
});
