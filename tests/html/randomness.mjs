// A stream of choices from a seed. The texts are hostile or plain; the choices are the same for both.
const hostile = [
  "<script>alert(1)</script>", "</textarea><b>", "\"><img src=x onerror=y>", "' onmouseover='x", "&amp;", "&lt;b&gt;",
  "&#60;", "&ctdot;", "<!-- ", "-->", "]]>", "<![CDATA[", "<", ">", "&", "\"", "'", "`", "\\", "=", "/", "%{count}",
  "{{ 7 * 7 }}", "{% raw %}", "\u202Egnirts\u202C", "\u2066x\u2069", "\u200B", "\uFEFF", "\u00A0", "e\u0301",
  "Zoë", "Łukasz", "محمد", "שלום", "王小明", "ਸਿੰਘ", "👩‍👧", "\u{10FFFD}", "\u0001", "\u007F", "\uFFFD", "a\nb", "a\tb",
  "javascript:alert(1)", "x".repeat(3000),
];

export class Random {
  constructor(seed, manner) {
    this.state = (seed * 2654435761) >>> 0;
    this.hostile = manner === "hostile";
  }
  // mulberry32
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  below(count) {
    return Math.floor(this.next() * count);
  }
  chance(part) {
    return this.next() < part;
  }
  // A text, with letters around it: what white space at its ends would do is no matter of escaping.
  text() {
    const parts = Array.from({ length: 1 + this.below(4) }, () => this.below(hostile.length));
    // plain texts are equal where the hostile ones are
    return this.hostile ? `a${parts.map((part) => hostile[part]).join("")}z` : `a${parts.join("-")}z`;
  }
  word() {
    return `w${this.below(1000)}`;
  }
  markup() {
    return ["<b>bold</b>", "<em class=\"x\">a</em> b", "plain", "<a href=\"/x?a=1&amp;b=2\">link</a>"][this.below(4)];
  }
  // Each option is there or not. What `make` makes is made in either case, so that the stream stays in step.
  some(options) {
    const made = {};
    for (const [name, make] of Object.entries(options)) {
      const there = this.chance(0.6);
      const value = make(this);
      if (there) made[name] = value;
    }
    return made;
  }
  list(make, least = 0, most = 4) {
    return Array.from({ length: least + this.below(most - least + 1) }, (_, index) => make(this, index));
  }
}
