// Calls the running stack that TENANTRY_CREDENTIALS names.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const path = process.env.TENANTRY_CREDENTIALS;
if (!path) throw new Error('TENANTRY_CREDENTIALS is not set. Run make test-browser.');
export const stack = JSON.parse(readFileSync(path, 'utf8'));

export async function call(method, path, { token, body, want } = {}) {
  const headers = { ...(body && { 'Content-Type': 'application/json' }), ...(token && { Authorization: `Bearer ${token}` }) };
  const response = await fetch(stack.url + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await response.text();
  if (want) assert.equal(response.status, want, `${method} ${path}: ${text}`);
  const json = /json/.test(response.headers.get('Content-Type') ?? '');
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
}

export async function signIn(login, password, want = 201) {
  const { body } = await call('POST', '/v1/sessions', { body: { login, password }, want });
  return body.token;
}

let administrator;

// asAdministrator calls the API with the administrator's session.
export async function asAdministrator(method, path, options) {
  administrator ??= await signIn(stack.login, stack.password);
  return call(method, path, { token: administrator, ...options });
}

// createCustomer creates a customer without a password. The service sends a reset link to the customer.
export async function createCustomer(locale) {
  const login = `page-${randomBytes(6).toString('hex')}`;
  const email = `${login}@example.com`;
  const { body } = await asAdministrator('POST', '/v1/customers', {
    body: { login, contact: { name: "Ada O'Neil <b>x", email, locale } }, want: 201,
  });
  return { id: body.id, login, email };
}

// showLink creates a reset link for the customer and returns it.
export async function showLink(customer) {
  const { body } = await asAdministrator('POST', `/v1/customers/${customer.id}/reset-link`, { want: 201 });
  return body.url;
}

// mails waits until at least count mails have been sent to the address, and returns them.
export async function mails(address, count) {
  for (let attempt = 0; ; attempt++) {
    const response = await fetch(`${stack.emulator}/_ministack/ses/messages`);
    const { messages } = await response.json();
    const sent = Object.values(messages).flat().filter((mail) => mail.To.includes(address));
    if (sent.length >= count) return sent;
    assert.ok(attempt < 300, `${sent.length} mails were sent to ${address}, want ${count}`);
    await sleep(100);
  }
}

// linkIn returns the only link in a mail.
export function linkIn(mail) {
  const links = mail.BodyText.match(/^https?:\/\/\S+$/gm) ?? [];
  assert.equal(links.length, 1, mail.BodyText);
  return links[0];
}
