/*
 * Functions that nobody in this project may call: each has a safer one of ours or of libc. The build puts
 * this file before every other (-include). base/arena.c alone takes malloc back; script/check-layers proves
 * that.
 */
#ifndef WM_BASE_BANNED_H
#define WM_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BANNED(function) banned_function_##function

#undef sprintf
#undef vsprintf
#undef strcpy
#undef strcat
#undef strncpy
#undef strncat

#define strcpy(...) BANNED(strcpy)
#define strcat(...) BANNED(strcat)
#define strncpy(...) BANNED(strncpy)
#define strncat(...) BANNED(strncat)
#define sprintf(...) BANNED(sprintf)
#define vsprintf(...) BANNED(vsprintf)
#define strtok(...) BANNED(strtok)
#define atoi(...) BANNED(atoi)
#define atol(...) BANNED(atol)
#define atoll(...) BANNED(atoll)
#define atof(...) BANNED(atof)
#define gmtime(...) BANNED(gmtime)
#define localtime(...) BANNED(localtime)
#define ctime(...) BANNED(ctime)
#define asctime(...) BANNED(asctime)
#define system(...) BANNED(system)
#define popen(...) BANNED(popen)
#define rand(...) BANNED(rand)
#define random(...) BANNED(random)
#define srand(...) BANNED(srand)
#define malloc(...) BANNED(malloc)
#define calloc(...) BANNED(calloc)
#define realloc(...) BANNED(realloc)
#define strdup(...) BANNED(strdup)
#define strndup(...) BANNED(strndup)

#endif
