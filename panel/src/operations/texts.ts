import { catalogue } from '../texts/catalogue';

// The texts about operations, which several screens use.
export const operationTexts = catalogue({
  title: 'Operations',
  kinds: {
    'suspend-customers': 'Suspend customers',
    'activate-customers': 'Activate customers',
    'remove-customers': 'Remove customers',
    'convert-customers': 'Convert customers to resellers',
    'move-customers': 'Move customers',
  },
  preview: (kind: string) => `Preview: ${kind}`,
  states: {
    pending: 'Waiting', running: 'Running', succeeded: 'Finished', 'partially-failed': 'Finished, some failed', failed: 'Failed',
    cancelled: 'Cancelled',
  },
  startsAt: (time: string) => `Starts ${time}`,
  counts: (done: string, total: string) => `${done} of ${total} done`,
  failedCount: (count: string) => `${count} failed`,
  cancelledCount: (count: string) => `${count} cancelled`,
  remaining: (time: string) => `about ${time} remaining`,
  estimating: 'estimating the remaining time',
  progress: 'Progress',
  show: 'Show details',
  finished: (kind: string, count: string) => `${kind}: ${count} done.`,
  finishedWithFailures: (kind: string, done: string, failed: string) => `${kind}: ${done} done, ${failed} failed.`,
  wasCancelled: (kind: string, done: string, cancelled: string) => `${kind}: cancelled after ${done}; ${cancelled} not started.`,
}, {
  title: 'Vorgänge',
  kinds: {
    'suspend-customers': 'Kunden sperren',
    'activate-customers': 'Kunden aktivieren',
    'remove-customers': 'Kunden entfernen',
    'convert-customers': 'Kunden in Reseller umwandeln',
    'move-customers': 'Kunden verschieben',
  },
  preview: (kind: string) => `Vorschau: ${kind}`,
  states: {
    pending: 'Wartet', running: 'Läuft', succeeded: 'Abgeschlossen', 'partially-failed': 'Abgeschlossen, teils fehlgeschlagen',
    failed: 'Fehlgeschlagen', cancelled: 'Abgebrochen',
  },
  startsAt: (time: string) => `Beginnt ${time}`,
  counts: (done: string, total: string) => `${done} von ${total} erledigt`,
  failedCount: (count: string) => `${count} fehlgeschlagen`,
  cancelledCount: (count: string) => `${count} abgebrochen`,
  remaining: (time: string) => `noch etwa ${time}`,
  estimating: 'Restzeit wird geschätzt',
  progress: 'Fortschritt',
  show: 'Einzelheiten anzeigen',
  finished: (kind: string, count: string) => `${kind}: ${count} erledigt.`,
  finishedWithFailures: (kind: string, done: string, failed: string) => `${kind}: ${done} erledigt, ${failed} fehlgeschlagen.`,
  wasCancelled: (kind: string, done: string, cancelled: string) => `${kind}: nach ${done} abgebrochen, ${cancelled} nicht begonnen.`,
});
