import { useRole } from '../../session/use-me';

// useReader returns whom the texts address: managers find customers, customers only what is their own.
export function useReader(): 'managers' | 'customers' {
  const role = useRole();
  return role === 'administrator' || role === 'reseller' ? 'managers' : 'customers';
}
