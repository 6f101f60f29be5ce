import { catalogue } from '../../texts/catalogue';

export const operationTexts = catalogue({
  title: 'Operations',
}, {
  title: 'Vorgänge',
});
