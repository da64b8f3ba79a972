/*
 * The parts of it. Each returns NULL, or the name of what the kernel does not have.
 */
#ifndef WM_CONFINE_INNER_H
#define WM_CONFINE_INNER_H

#include "confine/confine.h"

/* What a sanitizer does at the end of a program (a tracer of its own, its maps) is let through where one is
   built in, and nowhere else. */
#if defined(__SANITIZE_ADDRESS__)
#define CONFINE_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CONFINE_SANITIZED 1
#endif
#endif
#ifndef CONFINE_SANITIZED
#define CONFINE_SANITIZED 0
#endif

const char *confine_files(const struct confine_plan *plan);
const char *confine_calls(const struct confine_plan *plan);

#endif
