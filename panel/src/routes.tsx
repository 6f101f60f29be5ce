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

const managers: readonly Role[] = ['administrator', 'reseller'];

// screens are all screens, in the order of the side navigation. The first one of a role is its start page.
export const screens: readonly ScreenRoute[] = [
  { path: 'customers', roles: managers, menu: { en: 'Customers', de: 'Kunden' }, load: () => import('./screens/customers') },
  { path: 'customers/new', roles: managers, load: () => import('./screens/customers/add-customer') },
  { path: 'customers/:customerId', roles: managers, load: () => import('./screens/customers/customer') },
  { path: 'resellers', roles: ['administrator'], menu: { en: 'Resellers', de: 'Reseller' }, load: () => import('./screens/resellers') },
  { path: 'resellers/new', roles: ['administrator'], load: () => import('./screens/resellers/add-reseller') },
  { path: 'resellers/:resellerId', roles: ['administrator'], load: () => import('./screens/resellers/reseller') },
  { path: 'operations', roles: managers, menu: { en: 'Operations', de: 'Vorgänge' }, load: () => import('./screens/operations') },
  { path: 'operations/:operationId', roles: managers, load: () => import('./screens/operations/operation') },
];
