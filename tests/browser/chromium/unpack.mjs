// Unpacks the browser of @sparticuz/chromium, with the libraries and fonts that it needs, into the folder for temporary files, and
// prints its path. The package unpacks the libraries only if it believes that it runs on Lambda.
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs22.x';
process.env.AWS_LAMBDA_JS_RUNTIME = 'nodejs22.x';
const { default: chromium } = await import('@sparticuz/chromium');
const browser = await chromium.executablePath();

// The package's own configuration names folders of Lambda only. A browser without any font ends as soon as it draws text.
const fonts = join(dirname(browser), 'fonts');
await writeFile(join(fonts, 'fonts.conf'), `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(fonts, 'fonts')}</dir>
  <cachedir>${join(fonts, 'cache')}</cachedir>
</fontconfig>
`);
console.log(browser);
