#include "base/must.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void must_failed(const char *file, int line, const char *function, const char *condition)
{
    fprintf(stderr, "waymark: broken promise at %s:%d in %s: %s\n", file, line, function, condition);
    abort();
}
