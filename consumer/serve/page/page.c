/* SPDX-License-Identifier: Apache-2.0 */
/* The page's files as they are, in the program: nothing is read at run time and nothing comes from elsewhere. */
#define EMBED(name, file)                                                                                              \
	__asm__(".pushsection .rodata\n.global " #name "\n" #name ":\n.incbin \"" PAGE_DIR "/" file                    \
		"\"\n.global " #name "_end\n" #name "_end:\n.byte 0\n.popsection")

EMBED(page_html, "timeline.html");
EMBED(page_js, "timeline.js");
EMBED(page_css, "timeline.css");

extern const char page_html[]; /* a translation unit has something to say */
