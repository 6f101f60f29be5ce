import { catalogue } from '../../texts/catalogue';

export const customerTexts = catalogue({
  title: 'Customers',
  add: 'Add Customer',
  search: 'Find customers by name, company, login, e-mail or domain',
  columns: {
    name: 'Name', company: 'Company', login: 'Login', email: 'E-mail', subscriptions: 'Subscriptions', status: 'Status',
    provider: 'Provider', created: 'Created', externalId: 'External ID',
  },
  administrator: 'Administrator',
  ownSubscriptions: (active: string, total: string) => (active === total ? total : `${active} of ${total} active`),
  ownerSuspended: 'The provider is suspended',
  lifecycle: { converting: 'Being converted', moving: 'Being moved', removing: 'Being removed' },
  mailTrouble: 'Mail to this address was returned',
  filters: { status: 'Status', owner: 'Provider' },
  firstTitle: 'Add your first customer',
  firstLead: 'A customer gets an account for Customer Panel, with its own subscriptions and websites.',
}, {
  title: 'Kunden',
  add: 'Kunden hinzufügen',
  search: 'Kunden nach Name, Firma, Anmeldename, E-Mail oder Domain finden',
  columns: {
    name: 'Name', company: 'Firma', login: 'Anmeldename', email: 'E-Mail', subscriptions: 'Abonnements', status: 'Status',
    provider: 'Anbieter', created: 'Angelegt', externalId: 'Externe ID',
  },
  administrator: 'Administrator',
  ownSubscriptions: (active: string, total: string) => (active === total ? total : `${active} von ${total} aktiv`),
  ownerSuspended: 'Der Anbieter ist gesperrt',
  lifecycle: { converting: 'Wird umgewandelt', moving: 'Wird verschoben', removing: 'Wird entfernt' },
  mailTrouble: 'E-Mails an diese Adresse kamen zurück',
  filters: { status: 'Status', owner: 'Anbieter' },
  firstTitle: 'Fügen Sie Ihren ersten Kunden hinzu',
  firstLead: 'Ein Kunde bekommt ein Konto für das Kunden-Panel, mit eigenen Abonnements und Websites.',
});
