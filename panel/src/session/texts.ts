import { catalogue } from '../texts/catalogue';

export const signInTexts = catalogue({
  title: 'Sign in',
  login: 'Login',
  password: 'Password',
  submit: 'Sign in',
  forgotten: 'Forgot your password?',
  suspendedTitle: 'This account is suspended',
  againTitle: 'Sign in again',
  againLead: 'Your session has expired. Sign in, and the panel finishes what you began. Nothing you typed is lost.',
  unreachableTitle: 'The service cannot be reached',
  unreachableLead: 'Check your connection and try again.',
}, {
  title: 'Anmelden',
  login: 'Anmeldename',
  password: 'Passwort',
  submit: 'Anmelden',
  forgotten: 'Passwort vergessen?',
  suspendedTitle: 'Dieses Konto ist gesperrt',
  againTitle: 'Melden Sie sich noch einmal an',
  againLead: 'Ihre Sitzung ist abgelaufen. Melden Sie sich an, und das Panel beendet, was Sie begonnen haben. Ihre Eingaben bleiben erhalten.',
  unreachableTitle: 'Der Dienst ist nicht erreichbar',
  unreachableLead: 'Prüfen Sie Ihre Verbindung, und versuchen Sie es noch einmal.',
});
