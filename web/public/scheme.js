// Runs before the first paint, so that a dark room stays dark. A file of its own because the content security policy allows no inline script.
(function () {
  var kept = null;
  try {
    kept = localStorage.getItem('pharos-scheme');
  } catch {
    // Storage may be forbidden; the system's choice is then the choice.
  }
  var dark = kept === 'dark' || (kept !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
