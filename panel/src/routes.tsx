import type { ComponentType } from 'react';
import type { Role } from './session/session';
import type { Language } from './texts/catalogue';

// ScreenRoute is one screen: its address, who may see it, its name in the side navigation, and its code, which is loaded
// when it is opened.
export interface ScreenRoute {
  path: string;
  roles: readonly Role[];
  menu?: Readonly<Record<Language, string>>; // without it, the screen is not in the side navigation
  load: () => Promise<{ default: ComponentType }>;
}

const administrator: readonly Role[] = ['administrator'];
const managers: readonly Role[] = ['administrator', 'reseller'];
const everyone: readonly Role[] = [...managers, 'customer', 'panel-user'];

// screens are all screens, in the order of the side navigation. The first one of a role is its start page.
export const screens: readonly ScreenRoute[] = [
  { path: 'customers', roles: managers, menu: { en: 'Customers', de: 'Kunden' }, load: () => import('./screens/customers') },
  { path: 'customers/new', roles: managers, load: () => import('./screens/customers/add-customer') },
  { path: 'customers/:customerId', roles: managers, load: () => import('./screens/customers/customer') },
  { path: 'resellers', roles: administrator, menu: { en: 'Resellers', de: 'Reseller' }, load: () => import('./screens/resellers') },
  { path: 'resellers/new', roles: administrator, load: () => import('./screens/resellers/add-reseller') },
  { path: 'resellers/:resellerId', roles: administrator, load: () => import('./screens/resellers/reseller') },
  { path: 'subscriptions', roles: everyone, menu: { en: 'Subscriptions', de: 'Abonnements' }, load: () => import('./screens/subscriptions') },
  { path: 'subscriptions/:subscriptionId', roles: everyone, load: () => import('./screens/subscriptions/subscription') },
  { path: 'websites', roles: everyone, menu: { en: 'Websites', de: 'Websites' }, load: () => import('./screens/websites') },
  { path: 'service-plans', roles: managers, menu: { en: 'Service Plans', de: 'Servicepläne' }, load: () => import('./screens/plans/service-plans') },
  { path: 'service-plans/new', roles: managers, load: () => import('./screens/plans/add-service-plan') },
  { path: 'service-plans/:planId', roles: managers, load: () => import('./screens/plans/service-plan') },
  { path: 'reseller-plans', roles: administrator, menu: { en: 'Reseller Plans', de: 'Reseller-Pläne' }, load: () => import('./screens/plans/reseller-plans') },
  { path: 'reseller-plans/new', roles: administrator, load: () => import('./screens/plans/add-reseller-plan') },
  { path: 'reseller-plans/:planId', roles: administrator, load: () => import('./screens/plans/reseller-plan') },
  { path: 'operations', roles: managers, menu: { en: 'Operations', de: 'Vorgänge' }, load: () => import('./screens/operations') },
  { path: 'operations/:operationId', roles: managers, load: () => import('./screens/operations/operation') },
  { path: 'panel-users', roles: ['customer'], menu: { en: 'Panel users', de: 'Panel-Benutzer' }, load: () => import('./screens/panel-users') },
  { path: 'backups', roles: managers, menu: { en: 'My backups', de: 'Meine Backups' }, load: () => import('./screens/backups') },
  { path: 'backups', roles: ['customer'], menu: { en: 'Backups', de: 'Backups' }, load: () => import('./screens/backups') },
  { path: 'api-tokens', roles: everyone, menu: { en: 'API tokens', de: 'API-Tokens' }, load: () => import('./screens/api-tokens') },
  { path: 'account', roles: everyone, menu: { en: 'My account', de: 'Mein Konto' }, load: () => import('./screens/account') },
];
