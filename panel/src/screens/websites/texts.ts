import { catalogue } from '../../texts/catalogue';

export const websitesTexts = catalogue({
  title: 'Websites',
  search: 'Find websites by domain',
  managerLead: 'Find the websites of all customers.',
  findTitle: 'Find a website',
  findLead: 'Type at least three characters of a domain, for example “shop.example”.',
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
  findLead: 'Geben Sie mindestens drei Zeichen einer Domain ein, zum Beispiel „shop.example“.',
  emptyTitle: 'Noch keine Websites',
  emptyLead: 'Öffnen Sie ein Abonnement, um seine erste Website hinzuzufügen.',
  customer: 'Kunde',
  subscription: 'Abonnement',
  open: 'Öffnen',
  openOf: (domain: string) => `Abonnement von ${domain} öffnen`,
});
