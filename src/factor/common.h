/*
 * Passwords that are guessed first although they are long: the ten thousand most used ones (as hashes, for
 * the words are foul), one or two of them with a little filling, rows of the keyboard, the same piece again
 * and again. No rule about kinds of characters: what is odd in itself is taken, be it digits only.
 */
#ifndef WM_FACTOR_COMMON_H
#define WM_FACTOR_COMMON_H

#include <stdbool.h>

bool common_password(const char *password);

#endif
