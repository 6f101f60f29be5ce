import { api, call, callWithTag, type Plan } from '../../api/client';
import type { Versioned } from '../../components/versioned-form';
import type { Holder, ResourceSet } from '../../components/resources/values';

// PlanBody is what a plan is made of. Only reseller plans have oversell.
export interface PlanBody extends ResourceSet { name: string; oversell?: boolean }

interface PlanQuery { limit?: number; cursor?: string; owner?: string }

// PlanKind is what differs between service plans and reseller plans.
export interface PlanKind {
  name: 'service-plans' | 'reseller-plans'; // of its lists and its addresses
  holder: Holder;
  list: (query: PlanQuery, signal?: AbortSignal) => Promise<{ items: Plan[]; nextCursor?: string; total?: number }>;
  get: (id: string, signal?: AbortSignal) => Promise<Versioned<Plan>>;
  create: (body: PlanBody) => Promise<Plan>;
  change: (id: string, body: PlanBody, etag: string) => Promise<Versioned<Plan>>;
  remove: (id: string) => Promise<unknown>;
}

const one = (planId: string) => ({ path: { planId } });
const version = (planId: string, etag: string) => ({ path: { planId }, header: { 'If-Match': etag } });

export const servicePlans: PlanKind = {
  name: 'service-plans',
  holder: 'subscription',
  list: (query, signal) => call(api.GET('/v1/service-plans', { params: { query }, signal })),
  get: (id, signal) => callWithTag(api.GET('/v1/service-plans/{planId}', { params: one(id), signal })),
  create: (body) => call(api.POST('/v1/service-plans', { body })),
  change: (id, body, etag) => callWithTag(api.PATCH('/v1/service-plans/{planId}', { params: version(id, etag), body })),
  remove: (id) => call(api.DELETE('/v1/service-plans/{planId}', { params: one(id) })),
};

export const resellerPlans: PlanKind = {
  name: 'reseller-plans',
  holder: 'reseller',
  list: (query, signal) => call(api.GET('/v1/reseller-plans', { params: { query }, signal })),
  get: (id, signal) => callWithTag(api.GET('/v1/reseller-plans/{planId}', { params: one(id), signal })),
  create: (body) => call(api.POST('/v1/reseller-plans', { body })),
  change: (id, body, etag) => callWithTag(api.PATCH('/v1/reseller-plans/{planId}', { params: version(id, etag), body })),
  remove: (id) => call(api.DELETE('/v1/reseller-plans/{planId}', { params: one(id) })),
};
