// Cuts rules out of a style sheet whose every selector names a component we do not use.

const DROPPED = [
  "carousel", "offcanvas", "modal", "popover", "tooltip", "toast", "chat", "signal", "otp", "ribbon", "markdown",
  "prose", "mention", "tracking", "sparkline", "wave", "calendar", "signature", "switch-icon", "chart", "navbar",
  "accordion", "timeline", "steps", "step", "layout", "columns", "object", "float", "placeholder", "avatar",
  "chips", "chip", "segmented", "tour", "star", "stars", "rating", "strength", "legend", "dimmer", "payment",
  "flag", "social", "datepicker", "litepicker", "sortable", "form-imagecheck", "form-colorinput", "form-selectgroup",
  "form-colorcheck", "form-imageinput", "form-floating", "empty", "skip-link", "toolbar", "dropdown", "dropup", "dropend",
  "dropstart", "btn-social", "btn-facebook", "img-responsive", "ratio", "tag", "tags", "hr", "page", "list-group",
  "divide", "bg-pattern", "pattern", "cursor", "theme", "hide-theme", "img-dark", "img-light", "blockquote", "figure",
  "vr", "scroll", "status", "nav-segmented", "nav-bordered", "breadcrumb", "icon", "spinner-grow", "order",
  "g-col", "g-start", "grid", "bg-gradient", "card-gradient", "card-img", "card-group", "card-tabs", "form-range", "btn-group",
  "table-mobile", "was-validated", "is-valid", "valid-feedback", "link-opacity", "link-offset", "link-underline", "focus-ring",
  "row-cols", "btn-check", "btn-ghost", "opacity", "text-bg", "container-fluid", "column-gap", "row-gap", "space-y", "space-x",
];

const HUES = "azure|indigo|purple|pink|lime|cyan|facebook|twitter|linkedin|google|youtube|vimeo|dribbble|github|"
  + "instagram|pinterest|vk|rss|flickr|bitbucket|tabler|gray-\\d+|blue|teal|orange|yellow";

const component = new RegExp(`\\.(?:${DROPPED.join("|")})(?![\\w])`);
const hue = new RegExp(`\\.(?:btn|btn-outline|btn-ghost|bg|text|text-bg|badge|alert|card|border|link|table|progress|icon)`
  + `-(?:${HUES})(?:-lt|-fg|-subtle|-emphasis)?(?![\\w])`);

const widest = /-xxl(?![\w])/;

const unused = (selector) => component.test(selector) || hue.test(selector) || widest.test(selector);

/** Split a sheet into its top-level pieces: [prelude, body|null]. */
function* pieces(css) {
  let start = 0;
  let open = -1;
  let depth = 0;
  for (let at = 0; at < css.length; at += 1) {
    const char = css[at];
    if (char === '"' || char === "'") at = closing(css, at, char);
    else if (char === "/" && css[at + 1] === "*") at = css.indexOf("*/", at) + 1;
    else if (char === "{" && depth++ === 0) open = at;
    else if (char === "}" && --depth === 0) {
      yield [css.slice(start, open), css.slice(open + 1, at)];
      start = at + 1;
    } else if (char === ";" && depth === 0) {
      yield [css.slice(start, at + 1), null];
      start = at + 1;
    }
  }
}

function closing(css, at, quote) {
  for (at += 1; css[at] !== quote; at += 1) if (css[at] === "\\") at += 1;
  return at;
}

/** Commas inside :is(), :not() and strings do not part selectors. */
function selectors(prelude) {
  const parts = [];
  let depth = 0;
  let word = "";
  for (const char of prelude) {
    if (char === "(" || char === "[") depth += 1;
    if (char === ")" || char === "]") depth -= 1;
    if (char === "," && depth === 0) {
      parts.push(word);
      word = "";
    } else word += char;
  }
  return [...parts, word];
}

export function trim(css) {
  const kept = [];
  for (const [raw, body] of pieces(css)) {
    const prelude = raw.replace(/\/\*[\s\S]*?\*\//g, "").trim();
    if (body === null) kept.push(prelude);
    else if (/^@(media|supports|layer|container)/.test(prelude)) {
      const inner = trim(body);
      if (inner.trim()) kept.push(`${prelude}{${inner}}`);
    } else if (prelude.startsWith("@")) kept.push(`${prelude}{${body}}`);
    else {
      const left = selectors(prelude).filter((selector) => !unused(selector));
      if (left.length) kept.push(`${left.join(",")}{${body}}`);
    }
  }
  return kept.join("\n");
}
