/** A fresh tab. `complaints` is what the browser finds wrong with its pages, `asked` every address that they ask for. */
export async function watchedPage(browser, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints = [];
  const asked = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('request', (request) => asked.push(request.url()));
  return { context, page, complaints, asked };
}
