import { launch } from 'puppeteer-core';

/** A picture of the top of an HTML report, as a browser shows it. */
export async function reportPicture(html: string, file: `${string}.png`): Promise<void> {
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await launch({ executablePath: '/usr/bin/chromium', headless: true, args });
  try {
    const page = await browser.newPage();
    await page.setViewport({ width: 880, height: 900, deviceScaleFactor: 1 });
    await page.setContent(html, { waitUntil: 'load' });
    await page.screenshot({ path: file });
  } finally {
    await browser.close();
  }
}
