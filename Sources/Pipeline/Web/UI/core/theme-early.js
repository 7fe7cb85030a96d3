// Runs before the first paint so that the page never flashes in the wrong colours. Not a module: modules run too late.
{
  const root = document.documentElement;
  let chosen = null;
  try {
    chosen = localStorage.getItem('maskwatch.theme');
  } catch {
    // Storage is blocked: the system's choice stays.
  }
  if (chosen === 'light' || chosen === 'dark') root.dataset.theme = chosen;
  root.dataset.scheme = root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
}
