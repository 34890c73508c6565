// A log that counts its lines.
#pragma once

#include <plotlib/log.h>

#include "test.h"

static inline void test_count_line(void *user, enum plt_level level, enum plt_msg id,
                                   const char *text)
{
    (void)level;
    (void)id;
    REQUIRE(text[0] != 0);
    ++*(int *)user;
}

static inline struct plt_log *test_counting_log(int *lines)
{
    return plt_log_create(&(struct plt_log_params){.fn = test_count_line, .user = lines});
}
