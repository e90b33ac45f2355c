// The one door through which text becomes HTML. htmx puts parts of pages in place, and the pages' security policy lets no
// other script do so; scripts and script addresses stay shut. Loaded before htmx.
window.trustedTypes?.createPolicy("default", { createHTML: (html) => html });
