// The running stack, named by TENANTRY_CREDENTIALS as for all tests over HTTP.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const path = process.env.TENANTRY_CREDENTIALS;
if (!path) throw new Error('TENANTRY_CREDENTIALS names no running stack; run make test-browser');
export const stack = JSON.parse(readFileSync(path, 'utf8'));

export async function call(method, path, { token, body, want } = {}) {
  const headers = { ...(body && { 'Content-Type': 'application/json' }), ...(token && { Authorization: `Bearer ${token}` }) };
  const answer = await fetch(stack.url + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  if (want) assert.equal(answer.status, want, `${method} ${path}: ${text}`);
  const json = /json/.test(answer.headers.get('Content-Type') ?? '');
  return { status: answer.status, headers: answer.headers, body: json ? JSON.parse(text) : text };
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

// createCustomer returns a customer without a password, to whom the service sends a link.
export async function createCustomer(locale) {
  const login = `page-${randomBytes(6).toString('hex')}`;
  const email = `${login}@example.com`;
  const { body } = await asAdministrator('POST', '/v1/customers', {
    body: { login, contact: { name: "Ada O'Neil <b>x", email, locale } }, want: 201,
  });
  return { id: body.id, login, email };
}

// showLink returns a link that the administrator has shown.
export async function showLink(customer) {
  const { body } = await asAdministrator('POST', `/v1/customers/${customer.id}/reset-link`, { want: 201 });
  return body.url;
}

// mails waits until as many mails as wanted have been sent to the address.
export async function mails(address, wanted) {
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`${stack.emulator}/_ministack/ses/messages`);
    const { messages } = await answer.json();
    const found = Object.values(messages).flat().filter((mail) => mail.To.includes(address));
    if (found.length >= wanted) return found;
    assert.ok(tries < 300, `${found.length} of ${wanted} mails came to ${address}`);
    await sleep(100);
  }
}

// linkIn returns the link of a mail.
export function linkIn(mail) {
  const links = mail.BodyText.match(/^https?:\/\/\S+$/gm) ?? [];
  assert.equal(links.length, 1, mail.BodyText);
  return links[0];
}
